import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BlobStore } from '../../blob/index.js';
import { commitManifest, type Manifest, openManifest } from '../../catalog/index.js';
import { ConflictError } from '../../errors/index.js';
import type { Source } from '../../sources/index.js';
import type { Staging } from '../../staging/index.js';
import { countLevels } from '../levels/choose-levels.js';
import { requireSameLayer } from '../require-same-layer.js';
import { CreatedBlobs } from '../writing/created-blobs.js';
import {
  chooseSegmentBytes,
  type MemoryShares,
  shareMemory,
  type WriteProgress,
} from '../writing/write-options.js';
import { requireUntouched } from './conflicts.js';
import { matchSource, type SourceMatch } from './match-source.js';
import type { MergeMode } from './merge-cells.js';
import type { RecordMerge } from './merge-record.js';
import { type RewrittenSnapshot, rewriteSnapshot } from './snapshot-rewrite.js';
import { stageSource } from './stage-source.js';

/** Before the second attempt; later pauses are shorter, so that whoever has waited longest gets on. */
const MAX_PAUSE_MS = 200;

/** How a layer is updated. */
export interface UpdateOptions {
  /** What becomes of cells that both have; `replace` when absent. Cells without data never replace others. */
  readonly merge?: MergeMode;
  readonly memoryBytes?: number;
  readonly segmentBytes?: number;
  /** For tiles that do not fit in memory; another, of that name and `.levels`, is for those of the levels above. */
  readonly stagingDirectory?: string;
  readonly onProgress?: (progress: WriteProgress) => void;
  readonly signal?: AbortSignal;
}

/** What an update did. */
export interface UpdateResult {
  readonly manifest: Manifest;
  /** Tiles of the native level that the source has cells in. */
  readonly tiles: number;
  /** Segments that no longer belong to the layer, all levels together. */
  readonly segmentsReplaced: number;
  readonly bytesReplaced: number;
  readonly segmentsWritten: number;
  readonly bytesWritten: number;
  /** 1 unless other writers committed first. */
  readonly attempts: number;
}

/**
 * Brings the cells of a source into a layer. Cells are matched by axis values; axes may grow at their ends. Only
 * the segments that hold a changed tile are rewritten, and the tiles of all levels above it made anew. A writer
 * that loses a race starts again from the winner's snapshot.
 *
 * Throws: NotFoundError; InvalidArgumentError when the source does not fit the layer (named); ConflictError when
 *         another writer changed the same tiles meanwhile, or deleted the layer and wrote another.
 */
export async function updateLayer(
  store: BlobStore,
  source: Source,
  { layer, ...options }: UpdateOptions & { readonly layer: string },
): Promise<UpdateResult> {
  return new Update(store, source, {
    layer,
    merge: options.merge ?? 'replace',
    operation: 'update',
    options,
  }).run();
}

/** What an update is asked to do; an erasure is one whose cells are all without data. */
export interface UpdateTask {
  readonly layer: string;
  readonly merge: RecordMerge;
  readonly operation: 'update' | 'erase';
  readonly options: Omit<UpdateOptions, 'merge'>;
}

/** One update, tried until it lands. */
export class Update {
  readonly #store: BlobStore;
  readonly #source: Source;
  readonly #task: UpdateTask;
  readonly #memory: MemoryShares;
  readonly #directory: string;

  constructor(store: BlobStore, source: Source, task: UpdateTask) {
    this.#store = store;
    this.#source = source;
    this.#task = task;
    this.#memory = shareMemory(task.options.memoryBytes);
    this.#directory = task.options.stagingDirectory ?? join(tmpdir(), `tilecurve-update-${randomUUID()}`);
  }

  async run(): Promise<UpdateResult> {
    let staged: { base: Manifest; staging: Staging; changed?: RewrittenSnapshot['changed'] } | undefined;
    try {
      for (let attempt = 1; ; attempt++) {
        const base = await openManifest(this.#store, { layer: this.#task.layer }, this.#signal);
        if (staged?.changed) {
          const { base: before, changed: indexes } = staged;
          await requireSameLayer(this.#store, { before, after: base }, this.#signal);
          await requireUntouched(this.#store, { before, after: base, indexes });
        }
        const match = matchSource(base, this.#source);
        if (staged === undefined || !hasSameLayout(staged.base, base)) {
          await staged?.staging.destroy();
          staged = { base, staging: await this.#stage(base, match) };
        }
        const { result, lost } = await this.#attempt(base, match, staged.staging);
        if (result) return { ...result, attempts: attempt };
        // However often: each attempt that is lost is another writer's commit, and as many may come before this one.
        staged = { ...staged, base, changed: lost.changed };
        await wait((Math.random() * MAX_PAUSE_MS) / attempt, undefined, this.#signal);
      }
    } finally {
      await staged?.staging.destroy();
    }
  }

  get #signal(): { signal?: AbortSignal } {
    const { signal } = this.#task.options;
    return signal ? { signal } : {};
  }

  #stage(base: Manifest, match: SourceMatch): Promise<Staging> {
    const { onProgress, signal } = this.#task.options;
    const place = { directory: this.#directory, memory: this.#memory };
    return stageSource(this.#source, { base, match, ...place, onProgress, signal });
  }

  async #attempt(
    base: Manifest,
    { grid }: SourceMatch,
    staging: Staging,
  ): Promise<
    | { result: Omit<UpdateResult, 'attempts'>; lost?: undefined }
    | { result?: undefined; lost: ConflictError & { changed?: RewrittenSnapshot['changed'] } }
  > {
    const { merge, operation, options } = this.#task;
    const created = new CreatedBlobs(this.#store);
    const levels = base.levels === 1 ? 1 : Math.max(base.levels, countLevels(grid, base.tileShape));
    const next: Manifest = {
      ...base,
      sequence: base.sequence + 1,
      commitId: randomUUID(),
      createdAt: new Date().toISOString(),
      operation,
      grid,
      levels,
    };
    let rewritten: RewrittenSnapshot | undefined;
    try {
      rewritten = await rewriteSnapshot({
        store: created.store,
        base,
        next,
        staging,
        merge,
        segmentBytes: chooseSegmentBytes(options.segmentBytes, this.#memory.totalBytes),
        stagingBytes: this.#memory.stagingBytes,
        stagingDirectory: `${this.#directory}.levels`,
        signal: options.signal,
      });
    } catch (error) {
      await created.takeBack();
      throw error;
    }
    try {
      await commitManifest(this.#store, rewritten.manifest, this.#signal);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      await created.takeBack();
      return { lost: Object.assign(error, { changed: rewritten.changed }) };
    }
    const { manifest, tiles, replaced, written } = rewritten;
    return {
      result: {
        manifest,
        tiles,
        segmentsReplaced: replaced.length,
        bytesReplaced: replaced.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        segmentsWritten: written.length,
        bytesWritten: written.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      },
    };
  }
}

/** True when tiles staged for one snapshot have their places in the other, too. */
function hasSameLayout(a: Manifest, b: Manifest): boolean {
  const layout = ({ uuid, grid, tileShape, keyIndex, codec, parameters }: Manifest) =>
    JSON.stringify([uuid, grid, tileShape, keyIndex, codec, parameters]);
  return layout(a) === layout(b);
}
