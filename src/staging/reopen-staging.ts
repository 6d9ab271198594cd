import { CorruptionError, describeError } from '../errors/index.js';
import {
  type CheckpointRecord,
  checkpointKeys,
  decodeCheckpoint,
  encodeCheckpoint,
  type SequenceSpan,
} from './checkpoint-record.js';
import { SpillingStaging, type StagingOptions } from './open-staging.js';
import type { Staging, StagingNotes } from './staging.js';
import { destroyStaging, StagingDatabase } from './staging-database.js';

// More values than anybody puts between two checkpoints.
const SEQUENCE_GAP = 2 ** 32;

/** What was found where a staging may have been left. */
export type ReopenedStaging =
  | { readonly kind: 'none' }
  /** It was removed. */
  | { readonly kind: 'damaged'; readonly cause: string }
  | { readonly kind: 'found'; readonly staging: Staging; readonly notes: StagingNotes };

/**
 * The staging that a process which closed it, or was killed, left in a directory, as of its last checkpoint. One
 * without a checkpoint is of no use to anyone, and removed.
 *
 * Throws: ConflictError while another process has it.
 */
export async function reopenStaging(
  options: StagingOptions & { readonly directory: string },
): Promise<ReopenedStaging> {
  let database: StagingDatabase | undefined;
  try {
    database = await StagingDatabase.reopen(options.directory);
    if (database === undefined) return { kind: 'none' };
    const left = decodeCheckpoint(await database.notes(checkpointKeys), options.directory);
    if (left === undefined) {
      await database.destroy();
      return { kind: 'none' };
    }
    const record = discardWhatFollowed(left);
    // Before any value of this process: its successor must know them from those of the one before.
    await database.writeNotes(encodeCheckpoint({ ...record, notes: new Map() }, []));
    return {
      kind: 'found',
      staging: new SpillingStaging(options, { database, record }),
      notes: record.notes,
    };
  } catch (error) {
    // Nobody else would: what stays open keeps its lock.
    await database?.close();
    if (!(error instanceof CorruptionError)) throw error;
    await destroyStaging(options.directory);
    return { kind: 'damaged', cause: describeError(error) };
  }
}

/** Values put after the checkpoint may be there or not; none of them counts. */
function discardWhatFollowed(left: CheckpointRecord): CheckpointRecord {
  const end = left.sequence + SEQUENCE_GAP;
  const [last] = left.discarded.slice(-1);
  const isEmpty = last !== undefined && last[1] === left.sequence;
  const span: SequenceSpan = isEmpty ? [last[0], end] : [left.sequence, end];
  return { ...left, sequence: end, discarded: [...left.discarded.slice(0, isEmpty ? -1 : undefined), span] };
}
