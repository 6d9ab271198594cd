import type { AxisSelection } from '../grid/index.js';
import type { Parameter } from '../raster/index.js';

/** Cells of one parameter, by index on each axis. An absent axis means all of it. */
export interface LayerQuery {
  readonly parameter: string;
  readonly level?: number;
  readonly x?: AxisSelection;
  readonly y?: AxisSelection;
  readonly z?: AxisSelection;
  readonly t?: AxisSelection;
  /** By axis name. */
  readonly custom?: Readonly<Record<string, AxisSelection>>;
}

/** The work a query needs, known from the manifest alone. */
export interface QueryPlan {
  readonly query: Required<LayerQuery>;
  readonly parameter: Parameter;
  /** Names of the dimensions: custom axes of the grid in order, then t, z, y, x. Always all of them. */
  readonly dims: readonly string[];
  /** One number per dim, 1 for an axis the parameter lacks. */
  readonly shape: readonly number[];
  readonly cells: number;
  readonly ranges: number;
  /** Segments of the runs asked. */
  readonly segmentsTotal: number;
  /** Segments that may hold an answer. */
  readonly segments: number;
  /** Tiles whose key meets the query; some may be holes. */
  readonly tiles: number;
}

/** The work a query did. */
export interface QueryStats {
  ranges: number;
  segmentsTotal: number;
  segmentsOpened: number;
  tilesRead: number;
  bytesRead: number;
}

/** Part of an answer: consecutive values in the order of the plan's dims, physical units, NaN for no data. */
export interface ValueSlab {
  readonly start: number;
  readonly values: Float64Array;
}
