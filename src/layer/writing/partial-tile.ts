import type { TileKey, TileShape } from '../../grid/index.js';
import {
  allocateCells,
  bytesOfCells,
  type CellArray,
  type Cells,
  type CellType,
  cellBytes,
  cellsFromBytes,
  copyWindow,
  noDataFill,
  type Parameter,
} from '../../raster/index.js';
import { tileCells } from '../tile-layout.js';

const LENGTH_BYTES = 4;

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

/** A window of a tile that waits for the others, with its cells. */
export interface TilePart {
  readonly key: TileKey;
  readonly window: TileWindow;
  readonly cells: CellArray;
}

/** The bytes of what has arrived of a tile: a length, JSON that says where it belongs, then the cells. */
export function encodeParts(tile: PartialTile, type: CellType): Uint8Array {
  const shape = asList(tile.shape);
  const from = { type, shape, cells: tile.cells };
  const cells = tile.windows.map(({ start, size }) => {
    const part = { type, shape: asList(size), cells: allocateCells(type, tileCells(size)) };
    copyWindow({ from, fromStart: asList(start), to: part, toStart: [0, 0, 0, 0], size: asList(size) });
    return bytesOfCells(part.cells);
  });
  const head = Buffer.from(JSON.stringify({ key: tile.key, windows: tile.windows }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...cells]);
}

/** The parts in bytes that `encodeParts` made; staging has checked that they are those. */
export function decodeParts(bytes: Uint8Array, type: CellType): TilePart[] {
  const headEnd = LENGTH_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(Buffer.from(bytes.subarray(LENGTH_BYTES, headEnd)).toString('utf8')) as {
    key: TileKey;
    windows: TileWindow[];
  };
  let at = headEnd;
  return head.windows.map((window) => {
    const end = at + tileCells(window.size) * cellBytes(type);
    const cells = cellsFromBytes(type, bytes.subarray(at, end));
    at = end;
    return { key: head.key, window, cells: { type, shape: asList(window.size), cells } };
  });
}
