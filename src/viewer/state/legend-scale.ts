import type { Legend, LegendKey } from '../api/legend.js';

/** The colour that a value has on the map; `undefined` for no data, and where the legend has no colours for values. */
export function legendColour({ key, below, above }: Legend, value: number): string | undefined {
  const place = legendPlace(key, value);
  if (place === undefined) return undefined;
  if (place < 0 && below !== '') return below;
  if (place > 1 && above !== '') return above;
  const colours = coloursOf(key);
  const at =
    key.kind === 'ramp' ? Math.round(place * (colours.length - 1)) : Math.floor(place * colours.length);
  return colours[Math.min(colours.length - 1, Math.max(0, at))];
}

/**
 * Where a value is along a legend's bar: 0 to 1, less below it, more above it. Classes are equally wide, single values
 * are a list from 0 to 1. `undefined` for no data and for a value without a place.
 */
export function legendPlace(key: LegendKey, value: number): number | undefined {
  if (Number.isNaN(value)) return undefined;
  switch (key.kind) {
    case 'ramp':
      return placeBetween(
        key.stops.map((stop) => stop.value),
        value,
      );
    case 'classes': {
      const last = key.classes.at(-1);
      if (last === undefined) return undefined;
      return placeBetween([...key.classes.map(({ low }) => low), last.high], value);
    }
    case 'categories': {
      const at = key.categories.findIndex((category) => category.value === Math.round(value));
      return at < 0 ? undefined : (at + 0.5) / key.categories.length;
    }
    case 'arrow':
    case 'none':
      return undefined;
    default:
      return key satisfies never;
  }
}

/** Ascending values at even places. */
function placeBetween(values: readonly number[], value: number): number | undefined {
  const last = values.length - 1;
  if (last < 1) return undefined;
  if (value < values[0]!) return -1;
  // The last class holds both its ends.
  if (value === values[last]) return 1;
  const after = values.findIndex((one) => one > value);
  if (after < 0) return 2;
  const [low, high] = [values[after - 1]!, values[after]!];
  return (after - 1 + (value - low) / (high - low)) / last;
}

function coloursOf(key: LegendKey): readonly string[] {
  if (key.kind === 'ramp') return key.stops.map(({ colour }) => colour);
  if (key.kind === 'classes') return key.classes.map(({ colour }) => colour);
  if (key.kind === 'categories') return key.categories.map(({ colour }) => colour);
  return [];
}
