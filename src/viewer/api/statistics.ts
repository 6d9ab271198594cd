import { formatCount } from '../state/number-text.js';
import { boxAround, type Shape } from '../state/place.js';
import { axisQuery, type Selection } from '../state/selection.js';
import { shapeWkt } from '../state/shape-text.js';
import { fields, number, numbers } from './fields.js';
import { fetchArea } from './queries.js';
import { fetchOptional } from './request.js';

/** What the values inside a shape come to. */
export interface Statistics {
  /** Cells inside, and those of them that have a value. */
  readonly cells: number;
  readonly valid: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  /** Percentile -> value. */
  readonly percentiles: readonly (readonly [number, number])[];
  /** One edge more than counts. */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  readonly madeBy: 'service' | 'page';
}

const shownPercentiles = [2, 25, 50, 75, 98];
const bins = 24;
/** Values that the page fetches to count them by itself. */
const maxCounted = 500_000;

/**
 * Statistics of a box or polygon at the chosen time and level; `undefined` where no cell is inside. A service without
 * the route answers the values, and the page counts them.
 */
export async function fetchStatistics(
  selection: Selection,
  shape: Shape,
  signal: AbortSignal,
): Promise<Statistics | undefined> {
  const query = axisQuery(selection);
  query.set('parameter', selection.parameter.id);
  if (shape.kind === 'box') query.set('bbox', shape.bbox.join(','));
  else query.set('coords', shapeWkt(shape));
  const path = `layers/${encodeURIComponent(selection.layer.id)}/statistics?${query}`;
  const answer = await fetchOptional(path, signal);
  if (answer !== undefined) return parseStatistics(answer);
  checkCount(selection, shape);
  const coverages = await fetchArea(selection, shape, signal);
  const values = coverages.flatMap((coverage) => coverage.values);
  return values.length === 0 ? undefined : statisticsOf(values);
}

/** Throws: Error for a shape whose box has more cells than a page should fetch. */
function checkCount({ layer: { bbox, cellDegrees } }: Selection, shape: Shape): void {
  const [west, south, east, north] = boxAround(shape);
  const [least, lowest, most, highest] = bbox;
  const width = Math.min(turn(west, east), turn(least, most));
  const height = Math.max(0, Math.min(north, highest) - Math.max(south, lowest));
  const cells = Math.round((width / cellDegrees[0]) * (height / cellDegrees[1]));
  if (cells <= maxCounted) return;
  throw new Error(
    `This service has no statistics, and about ${formatCount(cells)} cells are too many to count here: choose a smaller part.`,
  );
}

/** Degrees from west to east. */
function turn(west: number, east: number): number {
  return east < west ? east + 360 - west : east - west;
}

function parseStatistics(answer: unknown): Statistics | undefined {
  const found = fields(answer);
  const histogram = fields(found.histogram);
  const cells = number(found.cells);
  if (cells === 0) return undefined;
  return {
    cells,
    valid: number(found.valid),
    min: number(found.min),
    max: number(found.max),
    mean: number(found.mean),
    std: number(found.std),
    percentiles: Object.entries(fields(found.percentiles))
      .map(([percent, value]) => [Number(percent), number(value)] as const)
      .sort(([a], [b]) => a - b),
    histogram: { edges: numbers(histogram.edges), counts: numbers(histogram.counts) },
    madeBy: 'service',
  };
}

/** Counts values by hand, every cell alike. */
function statisticsOf(all: readonly number[]): Statistics {
  const values = Float64Array.from(all.filter(Number.isFinite)).sort();
  const valid = values.length;
  const [min, max] = [values[0] ?? Number.NaN, values.at(-1) ?? Number.NaN];
  const mean = values.reduce((sum, value) => sum + value, 0) / valid;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / valid;
  const step = (max - min) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - min) / step))]! += 1;
  return {
    cells: all.length,
    valid,
    min,
    max,
    mean,
    std: Math.sqrt(variance),
    percentiles: shownPercentiles.map((percent) => [percent, quantile(values, percent / 100)]),
    histogram: {
      edges: valid === 0 ? [] : Array.from({ length: bins + 1 }, (_, k) => min + k * step),
      counts: valid === 0 ? [] : counts,
    },
    madeBy: 'page',
  };
}

/** Between the two values around a share of the sorted ones. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  return low + (place % 1) * ((sorted[Math.ceil(place)] ?? low) - low);
}
