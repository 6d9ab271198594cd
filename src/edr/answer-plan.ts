import { InvalidArgumentError } from '../errors/index.js';
import {
  type Coverage,
  type CoverageAnswer,
  type CoverageParameter,
  describeParameter,
} from '../formats/index.js';
import type { Crs } from '../grid/index.js';
import type { LayerQuery, QueryPlan } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import type { QueryableLayer, ReadContext } from './edr-request.js';

const MAX_COVERAGES = 100_000;

/** Work known from the manifest alone. `bytes` are stored bytes, with tiles at the mean size of their segments. */
export interface PlannedWork {
  readonly segments: number;
  readonly tiles: number;
  readonly bytes: number;
}

/** The work of an answer without data. */
export const noWork: PlannedWork = { segments: 0, tiles: 0, bytes: 0 };

/** The outcome of understanding a query. Nothing of the layer's data has been read. */
export type EdrPlan = { readonly kind: 'no-data' } | AnswerPlan;

/** How there may be an answer. */
export interface AnswerPlan {
  readonly kind: 'answer';
  /** Values the answer will have, those outside a polygon included. */
  readonly cells: number;
  /** Cells that opening asks whether they are inside; of a page those of the whole, which is masked at once. */
  readonly maskedCells?: number;
  /** Of the answer's x and y. */
  readonly crs: Crs;
  /** Tiles count as often as they are read. Costs a walk over the runs asked; call it after `cells` has been accepted. */
  work(): PlannedWork;
  /** The answer, its values to be read as they are asked for; undefined when no cell is inside the polygon. */
  open(context: ReadContext): Promise<CoverageAnswer | undefined>;
  /** How to read it piece by piece, where it has grids alone. */
  readonly pieces?: AnswerPieces;
  /** Some of its features, as GeoJSON has them, without the others; absent where results are made all at once. */
  page?(span: FeatureSpan): PagePlan;
}

/** Features, counted from the first of an answer. */
export interface FeatureSpan {
  readonly start: number;
  readonly end: number;
}

/** A page of an answer: its features alone, unless the span has none. Then the answer is whole. */
export interface PagePlan {
  readonly plan: AnswerPlan;
  /** Features of the whole. */
  readonly matched: number;
}

/** An answer whose values are read in tiles. */
export interface AnswerPieces {
  /** The answer without values: cells that do not count are not known yet, nor whether there are others. */
  outline(): CoverageAnswer;
  /** The values of one tile. Throws: NotFoundError when there is no such tile. */
  tile(place: RangeTile): EdrPlan;
}

/** A tile of a range, by the range's `tiledAs` and its number along each axis; the tiles are as long as `rangeTileShape` says. */
export interface RangeTile {
  readonly range: string;
  readonly t: number;
  readonly z: number;
  readonly y: number;
  readonly x: number;
}

/** Throws InvalidArgumentError when an answer would have more coverages than a client can use. */
export function checkCoverageCount(count: number): void {
  if (count <= MAX_COVERAGES) return;
  throw new InvalidArgumentError('the answer would have too many coverages', {
    found: count,
    allowed: MAX_COVERAGES,
  });
}

/** Parameters and coverages as one answer. */
export function coverageAnswer(
  parameters: readonly Parameter[],
  coverages: readonly Coverage[],
  form: { readonly isCollection: boolean },
): CoverageAnswer {
  return {
    parameters: parameters.map(describeParameter),
    coverages,
    isCollection: form.isCollection || coverages.length > 1,
  };
}

/** The same answer, its values between those that are stored: fractions, with more digits than their parts have. */
export function blendedAnswer(answer: CoverageAnswer): CoverageAnswer {
  return {
    ...answer,
    parameters: answer.parameters.map((parameter) => ({
      ...parameter,
      ...fractionForm(parameter),
    })),
  };
}

/** The form of fractions of a parameter's values; those of integers have more digits than a float32. */
export function fractionForm({
  dataType,
  precision,
}: CoverageParameter): Pick<CoverageParameter, 'dataType' | 'precision'> {
  return {
    dataType: 'float',
    precision: dataType === 'float' && precision === 'float32' ? 'float32' : 'float64',
  };
}

/** What `queries` take together; each has a parameter of its own. */
export function planWork(layer: QueryableLayer, queries: readonly LayerQuery[]): PlannedWork {
  return queries.map((query) => workOf(layer.plan(query))).reduce(addWork, noWork);
}

/** The work of one plan. */
export function workOf({
  segments,
  tiles,
  estimatedBytes,
}: Pick<QueryPlan, 'segments' | 'tiles' | 'estimatedBytes'>): PlannedWork {
  return { segments, tiles, bytes: estimatedBytes };
}

/** Both works, one after the other. */
export function addWork(a: PlannedWork, b: PlannedWork): PlannedWork {
  return { segments: a.segments + b.segments, tiles: a.tiles + b.tiles, bytes: a.bytes + b.bytes };
}
