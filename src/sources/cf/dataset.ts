import { UnsupportedError } from '../../errors/index.js';
import type { CellArray, CellType } from '../../raster/index.js';
import type { JsonObject } from '../bounded-json.js';
import type { SourceWindow } from '../source.js';

/** What an element is: a cell type, an integer only coordinates may have, or text. */
export type ElementType =
  | { readonly kind: 'cell'; readonly type: CellType }
  | { readonly kind: 'big'; readonly type: 'int64' | 'uint64' }
  | { readonly kind: 'text' };

/** How a variable lies in its file, checked: nothing here can make a reader allocate without bound. */
export interface VariableLayout {
  readonly shape: readonly number[];
  /** The unit that is read and decoded. */
  readonly chunkShape: readonly number[];
  readonly element: ElementType;
  /** What cells hold that were never written, where the format says so: `_FillValue` when there is no such attribute. */
  readonly fill?: number;
}

/** Reads the values of one variable. */
export interface VariableReader {
  /** Cells of a window, row-major. */
  readCells(window: SourceWindow, signal?: AbortSignal): Promise<CellArray>;
  /** All values of a one-dimensional or scalar numeric variable. */
  readNumbers(signal?: AbortSignal): Promise<Float64Array>;
  /** All texts of a one-dimensional or scalar text variable. */
  readTexts(signal?: AbortSignal): Promise<string[]>;
}

/** A named array of a data set, whatever the format. */
export interface Variable {
  readonly name: string;
  readonly attributes: JsonObject;
  /** Names of its dimensions; undefined when the data set does not name them. */
  readonly dims: readonly string[] | undefined;
  /** Checked on demand: what is damaged or unsupported matters only to those who need this variable. */
  readonly layout: () => VariableLayout;
  /** Throws: UnsupportedError when a chunk takes more memory than allowed, or its encoding is not known. */
  readonly open: () => VariableReader;
}

/** What the CF conventions speak about: named arrays over named dimensions, with attributes. */
export interface Dataset {
  readonly attributes: JsonObject;
  readonly variables: ReadonlyMap<string, Variable>;
  close(): Promise<void>;
}

/** Cells of a shape. */
export function cellCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Refuses a variable one chunk of which would take more memory than allowed. */
export function checkChunkBytes(chunk: {
  readonly name: string;
  readonly decodedBytes: number;
  readonly maxChunkBytes: number;
}): void {
  const { name, decodedBytes, maxChunkBytes } = chunk;
  if (decodedBytes <= maxChunkBytes) return;
  throw new UnsupportedError('a chunk decodes to more than the memory allows', {
    parameter: name,
    decodedBytes,
    allowedBytes: maxChunkBytes,
    hint: 'raise --memory',
  });
}
