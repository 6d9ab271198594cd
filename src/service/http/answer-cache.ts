import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import type { ByteCache } from './byte-cache.js';
import type { FixedPart } from './send-kept.js';

const MIB = 2 ** 20;
const MOST_BYTES = 512 * MIB;
const MEMORY_SHARE = 1 / 16;

/** A whole answer of status 200, to be sent again while the snapshot it was read from is the newest. */
export interface KeptAnswer {
  readonly layer: string;
  readonly snapshot: string;
  /** The route that made it, as metrics name it. */
  readonly route: string;
  readonly fixed: FixedPart;
}

/** Finished answers under their requests. */
export type AnswerCache = ByteCache<KeptAnswer>;

/** A sixteenth of the memory there is for this process, 512 MiB at most. */
export function defaultAnswerCacheBytes(): number {
  const allowed = constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(Math.min(MOST_BYTES, Math.min(totalmem(), allowed) * MEMORY_SHARE));
}
