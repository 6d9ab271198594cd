import type { ColourRange } from './colour-range.js';
import type { ColourScale } from './colour-scale.js';

/** Where values lie along a ramp: 0 at its first colour, 1 at its last. */
export interface PlaceScale {
  readonly placeOf: (value: number) => number;
  readonly valueAt: (place: number) => number;
}

/** Scales that spread a ramp over a range. */
export type RampScale = Extract<ColourScale, { readonly kind: 'linear' | 'log' | 'diverging' }>;

/** Places of values in a range whose ends differ. */
export function evenPlaces(scale: RampScale, { low, high }: ColourRange): PlaceScale {
  switch (scale.kind) {
    case 'linear':
      return linearPlaces(low, high);
    case 'log': {
      const { placeOf, valueAt } = linearPlaces(Math.log(low), Math.log(high));
      return {
        placeOf: (value) => placeOf(Math.log(value)),
        valueAt: (place) => Math.exp(valueAt(place)),
      };
    }
    case 'diverging': {
      const { centre } = scale;
      const [left, right] = [linearPlaces(low, centre), linearPlaces(centre, high)];
      return {
        placeOf: (value) => (value < centre ? left.placeOf(value) / 2 : 0.5 + right.placeOf(value) / 2),
        valueAt: (place) => (place < 0.5 ? left.valueAt(2 * place) : right.valueAt(2 * place - 1)),
      };
    }
    default:
      return scale satisfies never;
  }
}

function linearPlaces(low: number, high: number): PlaceScale {
  const width = high - low;
  return {
    placeOf: (value) => (width === 0 ? 0 : (value - low) / width),
    valueAt: (place) => low + place * width,
  };
}
