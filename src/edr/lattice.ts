import type { Crs, IndexSpan } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import type { PlannedWork } from './answer-plan.js';
import type { CellMask, WindowCentres } from './cell-mask.js';
import type { GroupChoices } from './coverage-parts.js';
import type { ReadContext } from './edr-request.js';

/** Which places of a lattice count. */
export interface LatticeMasks {
  /** Absent when all count; resolves to undefined when none does. */
  mask?(centres: WindowCentres, signal?: AbortSignal): Promise<CellMask | undefined>;
  /** Instead, where it depends on times and levels: of a group's values [t, z, y, x], or [z, y, x] for each time alike. */
  volumeMask?(
    centres: WindowCentres,
    choices: GroupChoices,
    signal?: AbortSignal,
  ): Promise<CellMask | undefined>;
}

/** The columns and rows of a grid that answers, and how their values are found. */
export interface Lattice extends LatticeMasks {
  /** Of the answer's x and y. */
  readonly crs: Crs;
  readonly columns: number;
  readonly rows: number;
  /** Where masks are told the places are. */
  centres(): WindowCentres;
  /** Where the answer says they are. Throws: InvalidArgumentError when its CRS does not reach one of them. */
  stated(): WindowCentres;
  /** Of queries without x and y. */
  work(queries: readonly LayerQuery[]): PlannedWork;
  /** Some of its columns and rows, by position; it has an answer even where it has no cell. */
  part(spans: { readonly x: IndexSpan; readonly y: IndexSpan }): Lattice;
  /** Reads queries without x and y; undefined when there is no cell at any place of the mask. */
  open(mask: CellMask | undefined, context: ReadContext): Promise<LatticeReader | undefined>;
}

/** Values of a query without x and y in the order t, z, y, x, NaN where there is none. */
export type LatticeReader = (query: LayerQuery) => AsyncIterable<Float64Array>;
