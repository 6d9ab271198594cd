import { BOX_PARAMETER, type CellBox } from '../box-source.js';

/** The layer that is written, deleted and written again. */
export const DELETED_LAYER = 'deleted';
const TILE = 8;
/** Rows of tiles, so that each racer has one of its own to update. */
const TILE_ROWS = 5;
/** All of its cells. */
export const DELETED_BOX: CellBox = { row: [0, TILE_ROWS * TILE], col: [0, 64] };
/** Racers of a round at most, the one that deletes among them. */
export const MAX_RACERS = TILE_ROWS;

/** How it is written: a few dozen tiles in small segments. */
export const DELETED_LAYOUT = {
  layer: DELETED_LAYER,
  tileShape: { row: TILE, col: TILE },
  segmentBytes: 4096,
  codec: 'raw',
  levelMethods: { [BOX_PARAMETER]: 'max' },
} as const;

/** What makes the next snapshot out of the newest; an overwriting also makes one out of nothing. */
export const WRITING_ACTIONS = ['update', 'update', 'overwrite', 'reindex', 'compact', 'rollback'] as const;

/** What a racer may do in a round. */
export type RoundAction = (typeof WRITING_ACTIONS)[number] | 'delete';

/** How a racer is told what to do. Racer 0 deletes. */
export interface DeletionTask {
  readonly store: string;
  readonly racer: number;
  readonly seed: number;
}

/** A round: everybody does one thing, at some moment within `spreadMs`. */
export interface DeletionRound {
  readonly number: number;
  readonly spreadMs: number;
}

/** What came of it: the snapshot that was made, or how it was refused, or what must not have happened. */
export interface DeletionTry {
  readonly racer: number;
  readonly action: RoundAction;
  readonly value: number;
  readonly snapshot?: number | undefined;
  /** The snapshot that a rollback went back to. */
  readonly to?: number;
  readonly refusal?: string;
  readonly failure?: string;
}

/** The tile row of cells that a racer updates. */
export function rowOf(racer: number): CellBox {
  return { row: [racer * TILE, (racer + 1) * TILE], col: DELETED_BOX.col };
}
