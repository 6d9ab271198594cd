import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from '../../blob/index.js';
import { claimLayer, commitManifest, findManifest, type Manifest } from '../../catalog/index.js';
import { ConflictError, CorruptionError, describeError } from '../../errors/index.js';
import type { Source } from '../../sources/index.js';
import { openStaging } from '../../staging/index.js';
import { Checkpoints } from './checkpoints.js';
import { CreatedBlobs } from './created-blobs.js';
import { describeLayer } from './describe-layer.js';
import {
  discardEarlierWrite,
  type EarlierWrite,
  intactRuns,
  openEarlierWrite,
  segmentPaths,
} from './earlier-write.js';
import type { SavedRun, SavedWrite } from './saved-write.js';
import { fingerprintPlan, fingerprintRequest } from './write-fingerprint.js';
import type { WriteJob } from './write-job.js';
import { defaultCheckpointMs, type WriteOptions } from './write-options.js';
import { planWrite, type WritePlan } from './write-plan.js';
import { writeRuns } from './write-steps.js';

/** What a write made. */
export interface WriteResult {
  readonly manifest: Manifest;
  readonly tiles: number;
  readonly segments: number;
  readonly bytes: number;
  /** What an earlier write that was cut short had done of it: cells it had staged, segments it had stored. */
  readonly resumed?: ResumedWork;
}

/** What did not have to be done again. */
export interface ResumedWork {
  readonly cells: number;
  readonly segments: number;
}

type LayerOptions = WriteOptions & { readonly layer: string };

/**
 * Writes a whole source as a layer: every chunk is read once, tiles wait sorted by curve index, runs are
 * drained into segments, and one manifest makes them visible. Cut short at any moment, the layer is what
 * it was before.
 *
 * With a staging directory, a write that was killed or stopped by its signal is continued where it stood by the
 * next one with the same source and options; after any other failure everything is taken back.
 *
 * Throws: ConflictError when the layer exists (and `overwrite` is not set), another writer was faster, or one has
 *         the staging directory; InvalidArgumentError for a bad name or option; what the source and the store throw.
 */
export async function writeLayer(
  store: BlobStore,
  source: Source,
  options: LayerOptions,
): Promise<WriteResult> {
  try {
    return await tryWrite(store, source, options);
  } catch (error) {
    if (!(error instanceof LostWorkError)) throw error;
    options.onNote?.(`beginning anew: ${describeError(error.cause)}`);
    return tryWrite(store, source, { ...options, isAnew: true });
  }
}

/** What an earlier write left turned out to be damaged. */
class LostWorkError extends Error {}

/** A write that can begin, or go on. */
interface PreparedWrite {
  readonly job: WriteJob;
  readonly created: CreatedBlobs;
  readonly resumed: ResumedWork | undefined;
  /** Whether an error is one that the source threw. */
  readonly isOfSource: (error: unknown) => boolean;
}

async function tryWrite(store: BlobStore, source: Source, options: LayerOptions): Promise<WriteResult> {
  const request =
    options.stagingDirectory === undefined ? '' : await fingerprintRequest(store, source, options);
  const earlier = await openEarlierWrite(options);
  let prepared: PreparedWrite;
  try {
    const isSame = earlier?.write.request === request && !options.isAnew;
    const result = isSame && (await committedResult(store, earlier, options));
    if (result) {
      await earlier.staging.destroy();
      return result;
    }
    prepared = await prepareWrite(store, source, {
      ...options,
      request,
      earlier: isSame ? earlier : undefined,
    });
  } catch (error) {
    await earlier?.staging.close();
    throw error;
  }
  if (earlier && prepared.job.staging !== earlier.staging) await discardEarlierWrite(store, earlier);
  return completeWrite(store, prepared);
}

/** What the earlier write made, when all it did not get to do was to say so. */
async function committedResult(
  store: BlobStore,
  { write, runs }: EarlierWrite,
  options: LayerOptions,
): Promise<WriteResult | undefined> {
  if (!write.isCommitting) return undefined;
  const manifest = await findManifest(store, options.layer, options);
  if (manifest?.commitId !== write.commitId) return undefined;
  // Writes what follows a manifest once more: the process may have ended before it.
  await commitManifest(store, manifest, options);
  const tiles = [...runs.values()].flatMap((run) => run.tiles).reduce((sum, count) => sum + count, 0);
  const sizes = sizesOf(manifest);
  return { manifest, tiles, ...sizes, resumed: { cells: write.cells, segments: sizes.segments } };
}

async function prepareWrite(
  store: BlobStore,
  source: Source,
  {
    request,
    earlier: candidate,
    ...options
  }: LayerOptions & { readonly request: string; readonly earlier: EarlierWrite | undefined },
): Promise<PreparedWrite> {
  const planned = await planWrite(store, source, options);
  const decided = fingerprintPlan(planned);
  const earlier = candidate?.write.plan === decided ? candidate : undefined;
  const plan: WritePlan = earlier ? { ...planned, commitId: earlier.write.commitId } : planned;
  const created = new CreatedBlobs(store);
  // Of a commit that was under way nothing is ever taken back.
  if (earlier && !earlier.write.isCommitting) {
    for (const path of segmentPaths(earlier.runs)) created.adopt(path);
  }
  const intact = { runs: plan.runs.runs, signal: options.signal };
  const runs = earlier ? await intactRuns(store, earlier.runs, intact) : new Map<number, SavedRun>();
  const { stagingDirectory, signal } = options;
  const directory = stagingDirectory ?? join(tmpdir(), `tilecurve-staging-${plan.commitId}`);
  const staging = earlier?.staging ?? openStaging({ directory, memoryBytes: plan.memory.stagingBytes });
  const checkpoints = new Checkpoints({
    staging,
    intervalMs: stagingDirectory === undefined ? undefined : (options.checkpointMs ?? defaultCheckpointMs),
    write: earlier?.write ?? newWrite(plan, { request, plan: decided }),
    runs,
    isSaved: earlier !== undefined,
    signal,
  });
  const watched = watchSource(source);
  return {
    job: { store: created.store, source: watched.source, plan, options, staging, checkpoints },
    created,
    resumed: earlier && { cells: earlier.write.cells, segments: [...segmentPaths(runs)].length },
    isOfSource: watched.isOfSource,
  };
}

async function completeWrite(
  store: BlobStore,
  { job, created, resumed, isOfSource }: PreparedWrite,
): Promise<WriteResult> {
  const { staging, plan, options, checkpoints } = job;
  let isCommitting = false;
  let result: WriteResult;
  try {
    const drained = await writeRuns(job);
    await checkpoints.saveCommitting();
    const uuid = await claimLayer(store, plan.layer, options);
    const runs = drained.map(({ entry }) => entry);
    const manifest = describeLayer(job, { uuid, levels: plan.levels, runs });
    isCommitting = true;
    await commitManifest(store, manifest, options);
    const tiles = drained.reduce((sum, run) => sum + run.tiles, 0);
    result = { manifest, tiles, ...sizesOf(manifest), ...(resumed && { resumed }) };
  } catch (error) {
    if (options.signal?.aborted && checkpoints.isSaved) {
      await staging.close();
      throw error;
    }
    // A commit that failed may have been made all the same, unless another writer's is in its place.
    if (!isCommitting || error instanceof ConflictError) await created.takeBack();
    await staging.destroy().catch(() => undefined);
    const isLost = resumed && error instanceof CorruptionError && !isOfSource(error);
    throw isLost ? new LostWorkError('what an earlier write left is damaged', { cause: error }) : error;
  }
  await staging.destroy();
  return result;
}

function newWrite(
  { layer, sequence, commitId }: WritePlan,
  fingerprints: Pick<SavedWrite, 'request' | 'plan'>,
): SavedWrite {
  const position = { level: 0, parameter: 0, steps: 0, values: 0 };
  return { ...fingerprints, layer, sequence, commitId, position, cells: 0, isCommitting: false };
}

/** The source, and a memory of the last error it threw. */
function watchSource(source: Source): { source: Source; isOfSource: (error: unknown) => boolean } {
  const failures = new WeakSet<object>();
  const { location, title, grid, parameters, attributes } = source;
  return {
    source: {
      location,
      ...(title !== undefined && { title }),
      grid,
      parameters,
      attributes,
      read: async (parameter, window, signal) => {
        try {
          return await source.read(parameter, window, signal);
        } catch (error) {
          if (error instanceof Error) failures.add(error);
          throw error;
        }
      },
      close: () => source.close(),
    },
    isOfSource: (error) => error instanceof Error && failures.has(error),
  };
}

function sizesOf({ runs }: Manifest): { segments: number; bytes: number } {
  const segments = runs.flatMap((run) => run.segments);
  return { segments: segments.length, bytes: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}
