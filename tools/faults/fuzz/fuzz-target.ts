import type { Random } from '../../random.js';

/** Something that reads bytes from outside, and how it is fed. */
export interface FuzzTarget {
  readonly name: string;
  /** Makes what `attempt` needs; `folder` is empty and its own. */
  prepare(folder: string): Promise<FuzzAttempt>;
}

/**
 * Reads one input, made by `random` alone, as far as it can be read. Errors of the six classes are what must
 * come of most.
 */
export type FuzzAttempt = (random: Random) => Promise<void>;

/** What must not come of an input; `ended`: the process itself, by itself or because it hung. */
export interface FuzzFinding {
  /** By which the input is made again from the seed. */
  readonly iteration: number;
  readonly kind: 'error' | 'slow' | 'memory' | 'ended';
  readonly what: string;
}
