import type { KeyIndex } from '../../curve/index.js';
import type { TileKey } from '../../grid/index.js';
import type { Cells } from '../../raster/index.js';
import type { Staging } from '../../staging/index.js';
import { LevelAssembler, parentOf, quadrantOf, quarterOf } from '../levels/level-assembler.js';
import type { RunTable } from '../run-table.js';
import type { CellBuffers } from './cell-buffers.js';
import { PartialTile } from './partial-tile.js';
import { encodeStagedParts } from './staged-tile.js';
import type { AssembledTile } from './tile-assembler.js';
import type { TileEncoder, TileWork, WorkedTile } from './tile-work.js';

/** What staging the tiles of one parameter needs to know. */
export interface TileStagerOptions {
  readonly keyIndex: KeyIndex;
  readonly runs: RunTable;
  readonly staging: Staging;
  readonly encoder: TileEncoder;
  readonly buffers: CellBuffers;
  /** By level; a level is made of the one below when the work of that has a reduction. */
  readonly works: readonly TileWork[];
  /** For tiles of the coarser levels that miss a quarter. */
  readonly unfinishedBytes: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Leaves tiles in staging, and with each whole one its share of the coarser levels: a quarter of its parent, which
 * is staged in turn when it has all four. Quarters that do not meet in memory are staged one by one.
 */
export class TileStager {
  readonly #options: TileStagerOptions;
  readonly #levels: LevelAssembler;

  constructor(options: TileStagerOptions) {
    this.#options = options;
    const { unfinishedBytes: limitBytes, buffers } = options;
    this.#levels = new LevelAssembler({ limitBytes, buffers });
  }

  /** `sequence` tells values for one tile apart. */
  async stage({ tile, isWhole }: AssembledTile, sequence: number): Promise<void> {
    if (!isWhole) return this.#put(tile.key, sequence, encodeStagedParts(tile));
    const { bytes, quarter } = await this.complete(tile);
    await this.#put(tile.key, sequence, bytes);
    if (quarter) await this.#raise(tile.key, quarter);
  }

  /** Encodes a tile that has all its cells; stages nothing. */
  complete(tile: PartialTile): Promise<WorkedTile> {
    const { encoder, works } = this.#options;
    const work = works[tile.key.level]!;
    return encoder.work(tile.key, tile.join(work.layout.shape, work.parameter), work);
  }

  /** Stages one quarter of a tile's parent. Done twice it is as if done once. */
  async stageQuarter(child: TileKey, cells: Cells): Promise<void> {
    const key = parentOf(child);
    const tile = new PartialTile(key);
    tile.add(quarterOf(child, cells, this.#options.works[key.level]!));
    await this.#stageQuarters(tile);
  }

  /** Stages what the coarser levels have of unfinished tiles. */
  async stageRest(): Promise<void> {
    for (const tile of this.#levels.rest()) await this.#stageQuarters(tile);
  }

  async #raise(child: TileKey, quarter: Cells): Promise<void> {
    const { works } = this.#options;
    const whole = this.#levels.add(child, quarter, works[child.level + 1]!);
    if (whole) await this.stage({ tile: whole, isWhole: true }, 0);
    for (const tile of this.#levels.overflow()) await this.#stageQuarters(tile);
  }

  async #stageQuarters(tile: PartialTile): Promise<void> {
    const { key, parts } = tile;
    for (const part of parts) {
      const quarter = new PartialTile(key);
      quarter.add(part);
      await this.#put(key, 1 + quadrantOf(part), encodeStagedParts(quarter));
    }
  }

  #put(key: TileKey, sequence: number, bytes: Uint8Array): Promise<void> {
    const { keyIndex, runs, staging, signal } = this.#options;
    const { number } = runs.runOf(key);
    return staging.put(
      { run: number, index: keyIndex.indexOf(key), order: [key.t, sequence], bytes },
      signal,
    );
  }
}
