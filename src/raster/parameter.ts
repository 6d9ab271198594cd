import type { CellType } from './cell-type.js';

/** A named quantity of a layer: what its cells mean and how they are stored. */
export interface Parameter {
  readonly id: string;
  readonly title: string;
  /** As the source spells it; UCUM where known is up to the encoders. */
  readonly unit?: string;
  readonly standardName?: string;
  readonly type: CellType;
  /** Stored value that means "no data"; NaN is always no data in float types. */
  readonly noData?: number;
  /** physical = stored * scale + offset; 1 and 0 when the cells are not packed. */
  readonly scale: number;
  readonly offset: number;
  /** Names of the axes it has besides x and y: 't', 'z' and names of custom axes. */
  readonly axes: readonly string[];
  /** The source's remaining attributes, plain JSON values. */
  readonly attributes: Readonly<Record<string, unknown>>;
}
