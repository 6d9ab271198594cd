import { InvalidArgumentError } from '../../errors/index.js';
import type { Rgba } from '../colours/colour.js';
import { type ColourRange, checkColourRange } from './colour-range.js';

/** Which value has which of a style's colours. Values are compared as float32, which they are. */
export type ColourScale =
  /** Evenly from low to high. */
  | { readonly kind: 'linear' }
  /** Evenly in the logarithm. */
  | { readonly kind: 'log' }
  /** The middle colour is the centre's; both sides are linear, each by itself. */
  | { readonly kind: 'diverging'; readonly centre: number }
  /** So many classes of equal width. */
  | { readonly kind: 'steps'; readonly count: number }
  /** Classes between ascending breaks: from one up to, not including, the next; the last one has both its ends. */
  | { readonly kind: 'classes'; readonly breaks: readonly number[] }
  /** Single values; others are no data. */
  | { readonly kind: 'categories'; readonly categories: readonly Category[] }
  /** Integers in turn, after the last colour the first again; other values count as the integer next to them. */
  | { readonly kind: 'cycle'; readonly count: number }
  /** Ascending intervals from low up to, not including, high; values between them are no data. */
  | { readonly kind: 'intervals'; readonly intervals: readonly Interval[] };

/** A value with a colour; the ramp's when it has none of its own. */
export interface Category {
  readonly value: number;
  readonly colour?: Rgba;
  readonly label?: string;
}

/** Values from low up to, not including, high. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly colour: Rgba;
}

/** Whether the colours of a scale depend on a range; breaks, categories and intervals are values themselves. */
export function usesRange({ kind }: ColourScale): boolean {
  return kind === 'linear' || kind === 'log' || kind === 'diverging' || kind === 'steps';
}

/** Whether values below and above the first and last colour mean something. */
export function hasEdges(scale: ColourScale): boolean {
  return usesRange(scale) || scale.kind === 'classes';
}

/** Throws: InvalidArgumentError for a range that the scale cannot take. */
export function checkScaleRange(scale: ColourScale, range: ColourRange): void {
  checkColourRange(range);
  const { low, high } = range;
  if (scale.kind === 'log' && low <= 0) {
    throw new InvalidArgumentError('a logarithmic scale has no place for values of zero and below', {
      range: `${low},${high}`,
      allowed: 'a range above 0',
    });
  }
  if (scale.kind === 'diverging' && (low > scale.centre || high < scale.centre)) {
    throw new InvalidArgumentError('a diverging scale has its centre within its range', {
      range: `${low},${high}`,
      allowed: `a range around ${scale.centre}`,
    });
  }
}

/**
 * The range for a scale when only the smallest and largest value are known. Around a centre both sides reach
 * equally far, so that colours of equal strength mean equal distances.
 */
export function naturalRange(scale: ColourScale, stored: ColourRange): ColourRange {
  if (scale.kind !== 'diverging') return stored;
  const reach = Math.max(Math.abs(stored.low - scale.centre), Math.abs(stored.high - scale.centre));
  return { low: scale.centre - reach, high: scale.centre + reach };
}
