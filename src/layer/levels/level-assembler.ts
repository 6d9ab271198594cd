import type { TileKey, TileShape } from '../../grid/index.js';
import { type Cells, noDataFill, type Parameter } from '../../raster/index.js';
import { type TileLayout, tileCells, tileExtent } from '../tile-layout.js';
import type { CellBuffers } from '../writing/cell-buffers.js';
import { asList, PartialTile, type TilePart } from '../writing/partial-tile.js';

/** What putting tiles of a level together needs to know. */
export interface LevelLayout {
  readonly parameter: Parameter;
  readonly layout: TileLayout;
}

/** True when no block of two by two cells lies across the edge of a tile, at any level. */
export function haveWholeBlocks({ shape, tiles }: TileLayout): boolean {
  return (shape.row % 2 === 0 || tiles.row === 1) && (shape.col % 2 === 0 || tiles.col === 1);
}

/** The tile one level up that a tile is part of. */
export function parentOf(key: TileKey): TileKey {
  return { ...key, level: key.level + 1, row: key.row >> 1, col: key.col >> 1 };
}

/** The halved cells of a tile as a part of its parent. */
export function quarterOf(child: TileKey, cells: Cells, { parameter, layout }: LevelLayout): TilePart {
  const { shape } = layout;
  const start: TileShape = {
    t: 0,
    z: 0,
    row: (child.row & 1) * (shape.row / 2),
    col: (child.col & 1) * (shape.col / 2),
  };
  const { size: parent } = tileExtent(parentOf(child), layout);
  const size: TileShape = {
    t: parent.t,
    z: parent.z,
    row: Math.min(Math.ceil(shape.row / 2), parent.row - start.row),
    col: Math.min(Math.ceil(shape.col / 2), parent.col - start.col),
  };
  // A tile that is alone along an axis has a parent no longer than half of it.
  return { window: { start, size }, cells: { type: parameter.type, shape: asList(size), cells } };
}

/** Which quarter of its tile a part is: 0 to 3, row by row. */
export function quadrantOf({ window: { start } }: TilePart): number {
  return (start.row > 0 ? 2 : 0) + (start.col > 0 ? 1 : 0);
}

/** Puts halved tiles together to tiles one level up, holding at most about `limitBytes` of unfinished ones. */
export class LevelAssembler {
  readonly #limitBytes: number;
  readonly #buffers: CellBuffers;
  /** In the order of their last change. */
  readonly #unfinished = new Map<string, PartialTile>();
  #heldBytes = 0;

  constructor({ limitBytes, buffers }: { readonly limitBytes: number; readonly buffers: CellBuffers }) {
    this.#limitBytes = limitBytes;
    this.#buffers = buffers;
  }

  /** The parent, when this was the last quarter it missed. `level` is the parent's. */
  add(child: TileKey, cells: Cells, level: LevelLayout): PartialTile | undefined {
    const key = parentOf(child);
    const tile = this.#tileOf(key, level);
    tile.add(quarterOf(child, cells, level));
    if (tile.arrived !== tileCells(tileExtent(key, level.layout).size)) return undefined;
    this.#remove(tile);
    return tile;
  }

  /** Those that have to make room. */
  *overflow(): Generator<PartialTile> {
    while (this.#heldBytes > this.#limitBytes) {
      const [tile] = this.#unfinished.values();
      this.#remove(tile!);
      yield tile!;
    }
  }

  /** Gives up everything that is unfinished. */
  *rest(): Generator<PartialTile> {
    for (const tile of this.#unfinished.values()) {
      this.#remove(tile);
      yield tile;
    }
  }

  #tileOf(key: TileKey, level: LevelLayout): PartialTile {
    const id = idOf(key);
    const tile = this.#unfinished.get(id) ?? this.#begin(key, level);
    this.#unfinished.delete(id);
    this.#unfinished.set(id, tile);
    return tile;
  }

  #begin(key: TileKey, { parameter, layout: { shape } }: LevelLayout): PartialTile {
    const cells = this.#buffers.take(parameter.type, tileCells(shape), noDataFill(parameter));
    this.#heldBytes += cells.byteLength;
    return new PartialTile(key, { type: parameter.type, shape: asList(shape), cells });
  }

  #remove(tile: PartialTile): void {
    this.#unfinished.delete(idOf(tile.key));
    this.#heldBytes -= tile.sizeBytes;
  }
}

function idOf({ level, parameter, t, z, row, col, custom }: TileKey): string {
  return `${level},${t},${z},${row},${col},${custom.join(',')},${parameter}`;
}
