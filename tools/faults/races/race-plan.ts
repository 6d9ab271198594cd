import type { MergeMode } from '../../../src/layer/index.js';
import { type Random, randomBelow } from '../../random.js';
import type { CellBox } from '../box-source.js';

const TILE = 8;
/** Writers change tile rows of their own, left of the last column of tiles, which all of them share. */
const SHARED_COL = 56;
const SHARED_SHARE = 0.4;
/** Few, so that writers meet. */
const SHARED_TILES = 2;

/** The grid of the races, in tiles of 8 by 8 cells. */
export const RACE_GRID = { rows: 64, cols: 64, tile: TILE } as const;
/** Every writer has a row of tiles. */
export const MAX_WRITERS = RACE_GRID.rows / TILE;
/** The layer that is raced for. */
export const RACE_LAYER = 'race';

/** One update of a race: all cells of a box get one value, or have it added. */
export interface RaceUpdate {
  readonly box: CellBox;
  readonly merge: Extract<MergeMode, 'replace' | 'sum'>;
  readonly value: number;
}

/** What a writer says of each try; `snapshot` when it was acknowledged, else how it was refused. */
export interface RaceTry {
  readonly update: RaceUpdate;
  readonly snapshot?: number;
  readonly attempts?: number;
  readonly conflict?: string;
}

/** How a writer is told what to do. */
export interface RaceTask {
  readonly store: string;
  readonly writer: number;
  readonly commits: number;
  readonly seed: number;
  /** By calls in its own process, or by running the built command line for each update. */
  readonly through: 'module' | 'command';
}

/** Writer `writer`'s `number`-th update: of cells that are its own, or one more on a tile that all writers count in. */
export function chooseUpdate(random: Random, writer: number, number: number): RaceUpdate {
  if (random() < SHARED_SHARE) {
    const row = randomBelow(random, SHARED_TILES) * TILE;
    return { box: { row: [row, row + TILE], col: [SHARED_COL, RACE_GRID.cols] }, merge: 'sum', value: 1 };
  }
  const row = writer * TILE + randomBelow(random, TILE);
  const col = randomBelow(random, SHARED_COL);
  const box: CellBox = {
    row: [row, row + 1 + randomBelow(random, (writer + 1) * TILE - row)],
    col: [col, col + 1 + randomBelow(random, SHARED_COL - col)],
  };
  return { box, merge: 'replace', value: 1000 * (writer + 1) + number };
}

/** True for updates that other writers make, too, and may therefore lose against. */
export function isShared({ merge }: RaceUpdate): boolean {
  return merge === 'sum';
}
