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
const ORIGIN: TileShape = { t: 0, z: 0, row: 0, col: 0 };

/** A box of cells inside one tile. */
export interface TileWindow {
  readonly start: TileShape;
  readonly size: TileShape;
}

/** The cells of one window of a tile. */
export interface TilePart {
  readonly window: TileWindow;
  readonly cells: CellArray;
}

/**
 * A tile that is still missing cells; what has arrived never overlaps. It holds the parts as they came, or puts
 * them where they belong when it is given the cells of the whole tile, padding already in them.
 */
export class PartialTile {
  readonly key: TileKey;
  readonly #whole: CellArray | undefined;
  readonly #parts: TilePart[] = [];
  /** Of parts that are in `whole`. */
  readonly #windows: TileWindow[] = [];
  #arrived = 0;
  #sizeBytes: number;

  constructor(key: TileKey, whole?: CellArray) {
    this.key = key;
    this.#whole = whole;
    this.#sizeBytes = whole?.cells.byteLength ?? 0;
  }

  get parts(): readonly TilePart[] {
    return this.#whole ? this.#windows.map((window) => cutOut(this.#whole!, window)) : this.#parts;
  }

  /** Cells that have arrived. */
  get arrived(): number {
    return this.#arrived;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Copies the cells of `window` out of `from`, whose cell at `fromStart` is the window's first. */
  copyFrom(window: TileWindow, from: CellArray, fromStart: TileShape): void {
    if (this.#whole === undefined) {
      this.add(cutOut(from, { start: fromStart, size: window.size }, window));
      return;
    }
    const toStart = asList(window.start);
    copyWindow({ from, fromStart: asList(fromStart), to: this.#whole, toStart, size: asList(window.size) });
    this.#windows.push(window);
    this.#arrived += tileCells(window.size);
  }

  /** Takes a part as its own. */
  add(part: TilePart): void {
    if (this.#whole !== undefined) {
      this.copyFrom(part.window, part.cells, ORIGIN);
      return;
    }
    this.#parts.push(part);
    this.#arrived += part.cells.cells.length;
    this.#sizeBytes += part.cells.cells.byteLength;
  }

  /** All cells of the tile, padded where nothing has arrived; the tile may still hold them. */
  join(shape: TileShape, parameter: Parameter): Cells {
    if (this.#whole !== undefined) return this.#whole.cells;
    const [first] = this.#parts;
    if (first?.cells.cells.length === tileCells(shape)) return first.cells.cells;
    const cells = allocateCells(parameter.type, tileCells(shape), noDataFill(parameter));
    const to = { type: parameter.type, shape: asList(shape), cells };
    for (const { window, cells: from } of this.#parts) {
      const size = asList(window.size);
      copyWindow({ from, fromStart: asList(ORIGIN), to, toStart: asList(window.start), size });
    }
    return cells;
  }
}

/** A copy of the cells in one window of an array, to be known as those of another. */
function cutOut(from: CellArray, taken: TileWindow, window = taken): TilePart {
  const { type } = from;
  const size = asList(taken.size);
  const cells = { type, shape: size, cells: allocateCells(type, tileCells(taken.size)) };
  copyWindow({ from, fromStart: asList(taken.start), to: cells, toStart: asList(ORIGIN), size });
  return { window, cells };
}

/** The bytes of what has arrived of a tile: a length, JSON that says where it belongs, then the cells. */
export function encodeParts({ key, parts }: PartialTile): Uint8Array {
  const head = Buffer.from(JSON.stringify({ key, windows: parts.map(({ window }) => window) }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...parts.map(({ cells }) => bytesOfCells(cells.cells))]);
}

/** The tile in bytes that `encodeParts` made; staging has checked that they are those. */
export function decodeParts(bytes: Uint8Array, type: CellType): PartialTile {
  const headEnd = LENGTH_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(Buffer.from(bytes.subarray(LENGTH_BYTES, headEnd)).toString('utf8')) as {
    key: TileKey;
    windows: TileWindow[];
  };
  const tile = new PartialTile(head.key);
  let at = headEnd;
  for (const window of head.windows) {
    const end = at + tileCells(window.size) * cellBytes(type);
    const cells = cellsFromBytes(type, bytes.subarray(at, end));
    tile.add({ window, cells: { type, shape: asList(window.size), cells } });
    at = end;
  }
  return tile;
}

/** Lengths in the order of a tile's cells. */
export function asList(shape: TileShape): number[] {
  return [shape.t, shape.z, shape.row, shape.col];
}
