import type { Shape } from '../state/place.js';
import { axisQuery, type Selection } from '../state/selection.js';
import { shapeWkt } from '../state/shape-text.js';
import { fields, number, numbers } from './fields.js';
import { fetchJson } from './request.js';

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
  /** Whether large cells count more in mean and standard deviation. */
  readonly isWeighted: boolean;
}

/** Statistics of a box or polygon at the chosen time and level; `undefined` where no cell is inside. */
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
  const answer = await fetchJson(path, signal);
  return answer === undefined ? undefined : parseStatistics(answer);
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
    isWeighted: found.weighted === true,
  };
}
