import type { BlobStore } from '../../blob/index.js';
import type { Source } from '../../sources/index.js';
import type { Staging } from '../../staging/index.js';
import type { Checkpoints } from './checkpoints.js';
import type { WriteOptions } from './write-options.js';
import type { WritePlan } from './write-plan.js';

/** What the steps of one write share. */
export interface WriteJob {
  readonly store: BlobStore;
  readonly source: Source;
  readonly plan: WritePlan;
  readonly options: WriteOptions;
  readonly staging: Staging;
  readonly checkpoints: Checkpoints;
}

/** Where to begin with a parameter of a level; undefined when all of it is staged. */
export function startOf({ checkpoints }: WriteJob, level: number, parameter: number) {
  const { position } = checkpoints;
  const order = level - position.level || parameter - position.parameter;
  if (order < 0) return undefined;
  return order === 0 ? position : { steps: 0, values: 0 };
}

/** Whether the write is to end where it stands. */
export function isStopped({ options }: WriteJob): boolean {
  return options.signal?.aborted === true;
}
