import type { BlobStore } from '../../blob/index.js';
import { newestSequence, type SegmentEntry } from '../../catalog/index.js';
import { CorruptionError, NotFoundError, UnsupportedError } from '../../errors/index.js';
import { formatSegmentName, openSegment } from '../../segment/index.js';
import { reopenStaging, type Staging } from '../../staging/index.js';
import type { Run } from '../run-table.js';
import { decodeNotes, type SavedRun, type SavedWrite } from './saved-write.js';
import { shareMemory, type WriteOptions } from './write-options.js';

/** What a write that was killed or stopped left. */
export interface EarlierWrite {
  readonly staging: Staging;
  readonly write: SavedWrite;
  readonly runs: ReadonlyMap<number, SavedRun>;
}

/**
 * The write that was cut short in the staging directory of this one; undefined when there is none. What is of no
 * use to anyone is removed.
 *
 * Throws: ConflictError while another process is writing there.
 */
export async function openEarlierWrite({
  stagingDirectory: directory,
  memoryBytes,
  onNote,
}: WriteOptions): Promise<EarlierWrite | undefined> {
  if (directory === undefined) return undefined;
  const reopened = await reopenStaging({ directory, memoryBytes: shareMemory(memoryBytes).stagingBytes });
  if (reopened.kind === 'damaged') onNote?.(`beginning anew: ${reopened.cause}`);
  if (reopened.kind !== 'found') return undefined;
  const { staging, notes } = reopened;
  const saved = decodeNotes(notes);
  if (saved !== undefined) return { staging, ...saved };
  await staging.destroy();
  return undefined;
}

/**
 * Removes an earlier write that will not be continued, with the segments that no layer has. After a failure it is
 * there still, for the next one that comes.
 */
export async function discardEarlierWrite(
  store: BlobStore,
  { staging, write, runs }: EarlierWrite,
): Promise<void> {
  try {
    // Once it may have been committed its segments may be anyone's: those that are not are left as garbage.
    const newest = (await newestSequence(store, write.layer)) ?? 0;
    if (!write.isCommitting && newest < write.sequence) {
      for (const path of segmentPaths(runs)) await store.delete(path);
    }
  } catch (error) {
    await staging.close();
    throw error;
  }
  await staging.destroy();
}

/** Paths of the segments an earlier write is known to have stored. */
export function* segmentPaths(runs: ReadonlyMap<number, SavedRun>): Generator<string> {
  for (const { folder, segments } of runs.values()) {
    for (const segment of segments) yield folder + formatSegmentName(segment);
  }
}

/** Of each run as much as is still in the store, whole: up to the first segment that is lost or damaged. */
export async function intactRuns(
  store: BlobStore,
  saved: ReadonlyMap<number, SavedRun>,
  { runs, signal }: { readonly runs: readonly Run[]; readonly signal: AbortSignal | undefined },
): Promise<ReadonlyMap<number, SavedRun>> {
  const intact = new Map<number, SavedRun>();
  for (const [number, run] of saved) {
    const { level, parameter, partition } = runs[number]!;
    let count = 0;
    for (const segment of run.segments) {
      signal?.throwIfAborted();
      const place = { path: run.folder + formatSegmentName(segment), run: { level, parameter, partition } };
      if (!(await isIntact(store, segment, place))) break;
      count += 1;
    }
    const isWhole = run.isWhole && count === run.segments.length;
    const { folder } = run;
    intact.set(number, {
      folder,
      segments: run.segments.slice(0, count),
      tiles: run.tiles.slice(0, count),
      isWhole,
    });
  }
  return intact;
}

/** Removes a damaged one, which would be in the way of the same segment made again. */
async function isIntact(
  store: BlobStore,
  segment: SegmentEntry,
  { path, run }: { readonly path: string; readonly run: Pick<Run, 'level' | 'parameter' | 'partition'> },
): Promise<boolean> {
  try {
    const handle = await store.open(path);
    try {
      await openSegment(handle, { name: segment, sizeBytes: segment.sizeBytes, run });
      return true;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    if (!(error instanceof CorruptionError || error instanceof UnsupportedError)) throw error;
    await store.delete(path);
    return false;
  }
}
