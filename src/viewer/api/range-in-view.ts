import type { Bbox } from '../state/place.js';
import type { Selection } from '../state/selection.js';
import { fetchStatistics } from './statistics.js';

const timeoutMs = 30_000;

/**
 * The range of the data in a box, without the two hundredths at either end, so that a few outliers do not take all
 * colours; `undefined` where no two values differ.
 */
export async function rangeInView(selection: Selection, bbox: Bbox): Promise<[number, number] | undefined> {
  const found = await fetchStatistics(selection, { kind: 'box', bbox }, AbortSignal.timeout(timeoutMs));
  if (found === undefined) return undefined;
  const percentile = (wanted: number) => found.percentiles.find(([percent]) => percent === wanted)?.[1];
  const [low, high] = [percentile(2) ?? found.min, percentile(98) ?? found.max];
  const [least, most] = low < high ? [low, high] : [found.min, found.max];
  return least < most ? [tidy(least), tidy(most)] : undefined;
}

function tidy(value: number): number {
  return Number(value.toPrecision(5));
}
