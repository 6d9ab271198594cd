import type { TileKey, TileShape } from '../../grid/index.js';
import { type CellArray, cellBytes, noDataFill, type Parameter } from '../../raster/index.js';
import { type TileLayout, tileCells, tileExtent } from '../tile-layout.js';
import type { CellBuffers } from './cell-buffers.js';
import { asList, PartialTile, type TileWindow } from './partial-tile.js';

/** What leaves the assembler. A tile that is not whole had to make room; the rest of it comes later. */
export interface AssembledTile {
  readonly tile: PartialTile;
  readonly isWhole: boolean;
}

/** Cells of one parameter in the order custom axes, t, z, y, x; `start` has one number for each. */
export interface CellBlock {
  readonly start: readonly number[];
  readonly block: CellArray;
}

/** How a `TileAssembler` cuts. */
export interface AssemblerOptions {
  readonly customAxes: number;
  readonly layout: TileLayout;
  readonly limitBytes: number;
  readonly buffers: CellBuffers;
}

/** Cuts blocks of cells into tiles, holding at most about `limitBytes` of unfinished ones. */
export class TileAssembler {
  readonly #parameter: Parameter;
  readonly #customAxes: number;
  readonly #layout: TileLayout;
  readonly #limitBytes: number;
  readonly #buffers: CellBuffers;
  /** Whether a tile gets all of its memory with its first cell: when those of the whole map fit. */
  readonly #isRoomy: boolean;
  /** In the order of their last change, so that the first is the one that has waited longest. */
  readonly #unfinished = new Map<string, PartialTile>();
  #heldBytes = 0;

  constructor(parameter: Parameter, options: AssemblerOptions) {
    this.#parameter = parameter;
    this.#customAxes = options.customAxes;
    this.#layout = options.layout;
    this.#limitBytes = options.limitBytes;
    this.#buffers = options.buffers;
    const { shape, tiles } = options.layout;
    const mapBytes = tiles.row * tiles.col * tileCells(shape) * cellBytes(parameter.type);
    this.#isRoomy = mapBytes <= options.limitBytes;
  }

  /** True when nothing waits for the rest of its tile. */
  get isEmpty(): boolean {
    return this.#unfinished.size === 0;
  }

  /** The tiles that `cells` completes, and those that have to make room. */
  *add(cells: CellBlock): Generator<AssembledTile> {
    const lengths = cells.block.shape.slice(this.#customAxes);
    const blockLength = lengths.reduce((a, b) => a * b, 1);
    const customLengths = cells.block.shape.slice(0, this.#customAxes);
    for (const [i, offsets] of [...tuples(customLengths)].entries()) {
      const custom = offsets.map((offset, axis) => offset + cells.start[axis]!);
      const block = {
        type: cells.block.type,
        shape: lengths,
        cells: cells.block.cells.subarray(i * blockLength, (i + 1) * blockLength),
      };
      yield* this.#addBlock(custom, toShape(cells.start.slice(this.#customAxes)), block);
    }
  }

  /** Gives up everything that is unfinished: at the end of the cells, or for a checkpoint. */
  *rest(): Generator<AssembledTile> {
    for (const tile of this.#unfinished.values()) {
      this.#remove(tile);
      yield { tile, isWhole: false };
    }
  }

  *#addBlock(custom: readonly number[], start: TileShape, block: CellArray): Generator<AssembledTile> {
    const size = toShape(block.shape);
    for (const place of tilesMeeting(start, size, this.#layout.shape)) {
      const key: TileKey = { level: 0, parameter: this.#parameter.id, custom, ...place };
      const tile = this.#tileOf(key);
      const extent = tileExtent(key, this.#layout);
      const window = overlap({ start, size }, extent);
      const before = tile.sizeBytes;
      tile.copyFrom(window.inTile, block, window.inBlock);
      this.#heldBytes += tile.sizeBytes - before;
      if (tile.arrived === tileCells(extent.size)) {
        this.#remove(tile);
        yield { tile, isWhole: true };
      }
    }
    while (this.#heldBytes > this.#limitBytes) {
      const [tile] = this.#unfinished.values();
      this.#remove(tile!);
      yield { tile: tile!, isWhole: false };
    }
  }

  #tileOf(key: TileKey): PartialTile {
    const id = tileId(key);
    const tile = this.#unfinished.get(id) ?? this.#begin(key);
    this.#unfinished.delete(id);
    this.#unfinished.set(id, tile);
    return tile;
  }

  #begin(key: TileKey): PartialTile {
    if (!this.#isRoomy) return new PartialTile(key);
    const { shape } = this.#layout;
    const { size } = tileExtent(key, this.#layout);
    const padding = tileCells(size) === tileCells(shape) ? undefined : noDataFill(this.#parameter);
    const { type } = this.#parameter;
    const cells = this.#buffers.take(type, tileCells(shape), padding);
    this.#heldBytes += cells.byteLength;
    return new PartialTile(key, { type, shape: asList(shape), cells });
  }

  #remove(tile: PartialTile): void {
    this.#unfinished.delete(tileId(tile.key));
    this.#heldBytes -= tile.sizeBytes;
  }
}

function tileId(key: TileKey): string {
  return `${key.t},${key.z},${key.row},${key.col},${key.custom.join(',')}`;
}

function toShape(list: readonly number[]): TileShape {
  return { t: list[0]!, z: list[1]!, row: list[2]!, col: list[3]! };
}

function* tilesMeeting(start: TileShape, size: TileShape, tile: TileShape): Generator<TileShape> {
  const first = (axis: keyof TileShape) => Math.floor(start[axis] / tile[axis]);
  const last = (axis: keyof TileShape) => Math.floor((start[axis] + size[axis] - 1) / tile[axis]);
  for (let t = first('t'); t <= last('t'); t++) {
    for (let z = first('z'); z <= last('z'); z++) {
      for (let row = first('row'); row <= last('row'); row++) {
        for (let col = first('col'); col <= last('col'); col++) yield { t, z, row, col };
      }
    }
  }
}

/** Where a block and a tile overlap, seen from both. */
function overlap(block: TileWindow, tile: TileWindow): { inTile: TileWindow; inBlock: TileShape } {
  const along = (axis: keyof TileShape) => {
    const low = Math.max(block.start[axis], tile.start[axis]);
    const high = Math.min(block.start[axis] + block.size[axis], tile.start[axis] + tile.size[axis]);
    return { low, length: high - low };
  };
  const [t, z, row, col] = [along('t'), along('z'), along('row'), along('col')];
  const from = (start: TileShape): TileShape => ({
    t: t.low - start.t,
    z: z.low - start.z,
    row: row.low - start.row,
    col: col.low - start.col,
  });
  const size = { t: t.length, z: z.length, row: row.length, col: col.length };
  return { inTile: { start: from(tile.start), size }, inBlock: from(block.start) };
}

function* tuples(lengths: readonly number[]): Generator<number[]> {
  if (lengths.length === 0) {
    yield [];
    return;
  }
  for (const head of tuples(lengths.slice(0, -1))) {
    for (let i = 0; i < lengths.at(-1)!; i++) yield [...head, i];
  }
}
