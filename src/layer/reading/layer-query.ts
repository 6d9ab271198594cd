import type { RunEntry, SegmentEntry } from '../../catalog/index.js';
import type { IndexRange, SegmentSpan } from '../../curve/index.js';
import type { AxisSelection } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import type { TileLayout } from '../tile-layout.js';
import type { TileInterval } from './axis-tiles.js';

/** Cells of one parameter, by index on each axis. An absent axis means all of it. */
export interface LayerQuery {
  readonly parameter: string;
  /** Pyramid level, 0 when absent; indexes count cells of that level. */
  readonly level?: number;
  readonly x?: AxisSelection;
  readonly y?: AxisSelection;
  readonly z?: AxisSelection;
  readonly t?: AxisSelection;
  /** By axis name. */
  readonly custom?: Readonly<Record<string, AxisSelection>>;
}

/** One dimension of an answer: which cells of which axis, in the order they are wanted. */
export interface QueryDimension {
  /** The name of a custom axis, or t, z, y, x. */
  readonly name: string;
  readonly selection: AxisSelection;
  readonly length: number;
}

/** Tiles a query meets along each axis. */
export interface QueryTiles {
  readonly t: readonly TileInterval[];
  readonly z: readonly TileInterval[];
  readonly row: readonly TileInterval[];
  readonly col: readonly TileInterval[];
}

/** A segment that may hold an answer, with the index ranges to look for in it. */
export interface SegmentPlan {
  readonly segment: SegmentEntry;
  readonly ranges: readonly IndexRange[];
}

/** What to read from one run. */
export interface RunPlan {
  readonly run: RunEntry;
  /** Ascending and disjoint. */
  readonly ranges: readonly IndexRange[];
  /** [k]: positions in the run of the segments that range k meets. */
  readonly spans: readonly SegmentSpan[];
}

/** The work a query needs, known from the manifest alone. */
export interface QueryPlan {
  readonly parameter: Parameter;
  readonly level: number;
  readonly layout: TileLayout;
  /** The grid's custom axes in order, then t, z, y, x: always all, length 1 where there is no such axis. */
  readonly dimensions: readonly QueryDimension[];
  /** Names and lengths of `dimensions`. */
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  /** Cells of the answer. */
  readonly cells: number;
  /** Curve ranges, summed over the runs asked. */
  readonly ranges: number;
  /** Segments of the runs asked. */
  readonly segmentsTotal: number;
  /** Segments that may hold an answer. */
  readonly segments: number;
  /** Tiles whose keys meet the query; some may be holes. */
  readonly tiles: number;
  /** Bytes the tiles take if they are as long as their segments' average. */
  readonly estimatedBytes: number;
  readonly tilesByAxis: QueryTiles;
  /** The same tiles along each dimension of the curve; ranges may hold more, so points are tested against these. */
  readonly points: readonly (readonly TileInterval[])[];
  readonly runs: readonly RunPlan[];
}

/** Part of an answer: consecutive values in the order of the plan's dimensions, physical units, NaN for no data. */
export interface ValueSlab {
  readonly start: number;
  readonly values: Float64Array;
}
