import { CorruptionError } from '../../errors/index.js';
import type { TileKey, TileShape } from '../../grid/index.js';
import {
  allocateCells,
  type CellArray,
  type Cells,
  copyWindow,
  noDataFill,
  type Parameter,
} from '../../raster/index.js';
import { tileCells } from '../tile-layout.js';

/** A box of cells inside one tile. */
export interface TileWindow {
  readonly start: TileShape;
  readonly size: TileShape;
}

/** A tile that is still missing cells: windows of it have arrived, the rest is padding so far. */
export class PartialTile {
  readonly key: TileKey;
  readonly shape: TileShape;
  readonly cells: Cells;
  readonly windows: TileWindow[] = [];
  #arrived = 0;

  constructor(key: TileKey, shape: TileShape, parameter: Parameter) {
    this.key = key;
    this.shape = shape;
    this.cells = allocateCells(parameter.type, tileCells(shape), noDataFill(parameter));
  }

  /** Cells that have arrived; windows never overlap. */
  get arrived(): number {
    return this.#arrived;
  }

  get sizeBytes(): number {
    return this.cells.byteLength;
  }

  /** Takes the cells of `window` from `from`, whose cell at `fromStart` is the window's first. */
  add(window: TileWindow, from: CellArray, fromStart: TileShape): void {
    const type = from.type;
    copyWindow({
      from,
      fromStart: asList(fromStart),
      to: { type, shape: asList(this.shape), cells: this.cells },
      toStart: asList(window.start),
      size: asList(window.size),
    });
    this.windows.push(window);
    this.#arrived += tileCells(window.size);
  }
}

/** Lengths in the order of a tile's cells. */
export function asList(shape: TileShape): number[] {
  return [shape.t, shape.z, shape.row, shape.col];
}

const WINDOW_NUMBERS = 8;

/** Windows as a fixed-width list for staging: a count, then start and size of each. */
export function encodeWindows(windows: readonly TileWindow[]): Uint8Array {
  const numbers = new Uint32Array(1 + windows.length * WINDOW_NUMBERS);
  numbers[0] = windows.length;
  windows.forEach((window, i) => {
    numbers.set([...asList(window.start), ...asList(window.size)], 1 + i * WINDOW_NUMBERS);
  });
  return new Uint8Array(numbers.buffer);
}

/** The windows at the front of `bytes`, and how many bytes they take. */
export function decodeWindows(bytes: Uint8Array): { windows: TileWindow[]; byteLength: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.byteLength >= 4 ? view.getUint32(0, true) : 0;
  const byteLength = 4 * (1 + count * WINDOW_NUMBERS);
  if (byteLength > bytes.byteLength) {
    throw new CorruptionError('staged tile is cut short', { expected: byteLength, found: bytes.byteLength });
  }
  const numberAt = (window: number, i: number) => view.getUint32(4 * (1 + window * WINDOW_NUMBERS + i), true);
  const shapeAt = (window: number, i: number): TileShape => ({
    t: numberAt(window, i),
    z: numberAt(window, i + 1),
    row: numberAt(window, i + 2),
    col: numberAt(window, i + 3),
  });
  const windows = Array.from({ length: count }, (_, i) => ({ start: shapeAt(i, 0), size: shapeAt(i, 4) }));
  return { windows, byteLength };
}
