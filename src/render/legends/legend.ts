import { formatColour, transparent } from '../colours/colour.js';
import { shades } from '../drawings/draw-hillshade.js';
import type { ColourRange } from '../scales/colour-range.js';
import type { ColourScale, Interval } from '../scales/colour-scale.js';
import { evenPlaces, type RampScale } from '../scales/even-places.js';
import { evenBreaks } from '../scales/scale-steps.js';
import { type MapStyle, rangeOf } from '../style.js';
import type { ColourStyle } from '../styles/colour-style.js';
import { rampStyle } from '../styles/ramp-style.js';
import { arrowKey, barbKey, contourKey } from './drawing-keys.js';
import type { CategoriesKey, ClassesKey, LegendKey, RampKey } from './legend-key.js';
import { paletteColour as colourAt } from './palette-colour.js';
import { formatTick, linearTicks, logTicks } from './ticks.js';

/** What the colours of a map mean; the JSON form of a legend. Colours are `#rrggbb` or `#rrggbbaa`. */
export interface Legend {
  readonly title?: string;
  readonly unit?: string;
  readonly scale: ColourScale['kind'];
  readonly key: LegendKey;
  /** Colours of values below and above; absent where the ends go on, or there are none. */
  readonly below?: string;
  readonly above?: string;
  readonly nodata: string;
}

/** Words beside the colours. */
export interface LegendText {
  readonly title?: string;
  readonly unit?: string;
}

const tickCount = 6;

/**
 * The legend of a style over a range.
 *
 * Throws: InvalidArgumentError for a range that the style cannot take.
 */
export function describeLegend(style: MapStyle, range: ColourRange, text: LegendText = {}): Legend {
  const requested = rangeOf(style, { requested: range });
  // Light and knots are not in the unit of the values.
  const { unit: _, ...title } = text;
  const plain = { ...text, scale: 'linear', nodata: formatColour(transparent) } as const;
  switch (style.drawing) {
    case 'contours':
      return { ...plain, key: contourKey(style, requested) };
    case 'hillshade':
      return style.tint === undefined
        ? colourLegend(rampStyle(shades), { low: 0, high: 1 }, title)
        : colourLegend(style.tint, requested, text);
    case 'arrows':
    case 'barbs': {
      const { ink } = style;
      if (ink.kind === 'values') return colourLegend(ink.colours, requested, text);
      return style.drawing === 'arrows'
        ? { ...plain, key: arrowKey(style, ink.colour, requested) }
        : { ...title, scale: plain.scale, nodata: plain.nodata, key: barbKey(ink.colour) };
    }
    case 'colours':
      return colourLegend(style, requested, text);
    default:
      return style satisfies never;
  }
}

function colourLegend(style: ColourStyle, range: ColourRange, text: LegendText): Legend {
  const { scale, below, above, noData } = style;
  return {
    ...text,
    scale: scale.kind,
    key: legendKey(style, range),
    ...(below !== 'extend' && { below: formatColour(below) }),
    ...(above !== 'extend' && { above: formatColour(above) }),
    nodata: formatColour(noData),
  };
}

function legendKey(style: ColourStyle, range: ColourRange): LegendKey {
  const { scale } = style;
  switch (scale.kind) {
    case 'linear':
    case 'log':
    case 'diverging':
      return rampKey(style, scale, range);
    case 'steps':
      return classesKey(style, intervalsOf(evenBreaks(range, scale.count)));
    case 'classes':
      return classesKey(style, intervalsOf(scale.breaks));
    case 'intervals':
      return classesKey(style, scale.intervals);
    case 'categories':
      return {
        kind: 'categories',
        categories: scale.categories.map(({ value, label = String(value) }, at) => ({
          ...{ value, colour: colourAt(style, at + 1), label },
        })),
      };
    case 'cycle':
      return cycleKey(style, scale.count, range);
    default:
      return scale satisfies never;
  }
}

function rampKey(style: ColourStyle, scale: RampScale, range: ColourRange): RampKey {
  const { low, high } = range;
  const { count } = style.slots;
  if (low === high) {
    const colour = colourAt(style, Math.ceil((count + 1) / 2));
    const stops = [0, 1].map((place) => ({ place, value: low, colour }));
    const ticks = [{ place: 0.5, value: low, label: formatTick(low) }];
    return { kind: 'ramp', range: [low, high], stops, ticks };
  }
  const { placeOf, valueAt } = evenPlaces(scale, range);
  const ticks = (scale.kind === 'log' ? logTicks : linearTicks)(range, tickCount);
  return {
    kind: 'ramp',
    range: [low, high],
    stops: Array.from({ length: count }, (_, at) => {
      const place = count === 1 ? 0.5 : at / (count - 1);
      return { place, value: valueAt(place), colour: colourAt(style, at + 1) };
    }),
    ticks: ticks.map((value) => ({ place: placeOf(value), value, label: formatTick(value) })),
  };
}

function intervalsOf(breaks: readonly number[]): Omit<Interval, 'colour'>[] {
  return breaks.slice(1).map((high, at) => ({ low: breaks[at]!, high }));
}

function classesKey(style: ColourStyle, intervals: readonly Omit<Interval, 'colour'>[]): ClassesKey {
  const classes = intervals.map(({ low, high }, at) => {
    const label = `${formatTick(low)} - ${formatTick(high)}`;
    return { low, high, colour: colourAt(style, at + 1), label };
  });
  return { kind: 'classes', classes };
}

/** The integers of the range, until the colours begin anew. */
function cycleKey(style: ColourStyle, count: number, { low, high }: ColourRange): CategoriesKey {
  const first = Math.round(low);
  const shown = Math.min(count, Math.round(high) - first + 1);
  const categories = Array.from({ length: shown }, (_, at) => {
    const value = first + at;
    const turn = ((value % count) + count) % count;
    return { value, colour: colourAt(style, turn + 1), label: String(value) };
  });
  return { kind: 'categories', categories };
}
