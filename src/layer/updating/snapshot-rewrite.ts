import type { BlobStore } from '../../blob/index.js';
import { type Manifest, type RunEntry, type SegmentEntry, statisticsOf } from '../../catalog/index.js';
import { createKeyIndex, type KeyIndex } from '../../curve/index.js';
import { levelGrid, type TileKey } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import { createSegmentCache, type SegmentCache } from '../../segment/index.js';
import { openStaging, type Staging } from '../../staging/index.js';
import { levelKeys, stageLevel } from '../levels/stage-level.js';
import { LayerReader } from '../reading/layer-reader.js';
import { SegmentAccess } from '../reading/segment-access.js';
import { type Run, RunTable, runId } from '../run-table.js';
import { layoutOf } from '../tile-layout.js';
import type { RecordMerge } from './merge-record.js';
import { type RewrittenRun, rewriteRun } from './rewrite-run.js';

/** What a rewrite starts from and where its results go. */
export interface SnapshotRewrite {
  readonly store: BlobStore;
  /** The snapshot to be changed. */
  readonly base: Manifest;
  /** The next one, with everything but its runs and statistics. */
  readonly next: Manifest;
  /** Tiles of the native level, staged at the runs of `next`. */
  readonly staging: Staging;
  readonly merge: RecordMerge;
  readonly segmentBytes: number;
  readonly stagingBytes: number;
  /** For tiles of the levels that do not fit in memory. */
  readonly stagingDirectory: string;
  readonly signal: AbortSignal | undefined;
}

/** A snapshot ready to be committed, and what making it took. */
export interface RewrittenSnapshot {
  readonly manifest: Manifest;
  readonly replaced: readonly SegmentEntry[];
  readonly written: readonly SegmentEntry[];
  /** Tiles of the native level that were staged. */
  readonly tiles: number;
  /** Per run id, the indexes that changed at the native level. */
  readonly changed: ReadonlyMap<string, readonly number[]>;
}

/** Merges staged tiles into a snapshot and makes the tiles of all levels above them anew. */
export async function rewriteSnapshot(job: SnapshotRewrite): Promise<RewrittenSnapshot> {
  const cache = createSegmentCache();
  try {
    return await new Rewriter(job, cache).run();
  } finally {
    await cache.close();
  }
}

class Rewriter {
  readonly #job: SnapshotRewrite;
  readonly #cache: SegmentCache;
  readonly #keyIndex: KeyIndex;
  readonly #table: RunTable;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #runs: Map<string, RunEntry>;
  readonly #access: SegmentAccess;
  readonly #replaced: SegmentEntry[] = [];
  readonly #written: SegmentEntry[] = [];
  readonly #changed = new Map<string, readonly number[]>();
  #tiles = 0;

  constructor(job: SnapshotRewrite, cache: SegmentCache) {
    this.#job = job;
    this.#cache = cache;
    this.#keyIndex = createKeyIndex(job.next.keyIndex, job.next);
    this.#table = new RunTable(job.next, job.next.levels);
    this.#parameters = new Map(job.next.parameters.map((parameter) => [parameter.id, parameter]));
    this.#runs = new Map(job.base.runs.map((run) => [runId(run), run]));
    const keyIndex = createKeyIndex(job.base.keyIndex, job.base);
    this.#access = new SegmentAccess(job.store, job.base, { keyIndex, cache });
  }

  async run(): Promise<RewrittenSnapshot> {
    const { staging, merge } = this.#job;
    let keys = await this.#rewriteLevel(0, { staging, merge });
    for (let level = 1; level < this.#job.next.levels; level++) {
      // A level that the smaller grid did not have is made whole.
      const isNew = level >= this.#job.base.levels;
      keys = await this.#refreshLevel(level, isNew ? undefined : parentsOf(keys));
    }
    return {
      manifest: this.#manifest(this.#job.next.levels),
      replaced: this.#replaced,
      written: this.#written,
      tiles: this.#tiles,
      changed: this.#changed,
    };
  }

  /** Merges what is staged for one level; the keys of its tiles that changed. */
  async #rewriteLevel(
    level: number,
    { staging, merge }: { readonly staging: Staging; readonly merge: RecordMerge },
  ): Promise<TileKey[]> {
    const keys: TileKey[] = [];
    for (const run of this.#table.runs) {
      if (run.level !== level) continue;
      const made = await rewriteRun({ ...this.#jobOf(run), staging, merge });
      if (made === undefined) continue;
      this.#runs.set(runId(run), made.entry);
      this.#replaced.push(...made.replaced);
      this.#written.push(...made.written);
      keys.push(...this.#keysOf(run, made));
      if (level === 0) {
        this.#tiles += made.tiles;
        this.#changed.set(runId(run), made.indexes);
      }
    }
    return keys;
  }

  async #refreshLevel(level: number, keys: readonly TileKey[] | undefined): Promise<TileKey[]> {
    const { store, next, stagingBytes, stagingDirectory, signal } = this.#job;
    const staging = openStaging({ directory: stagingDirectory, memoryBytes: stagingBytes });
    const reader = new LayerReader(store, this.#manifest(level), { cache: this.#cache });
    try {
      for (const parameter of next.parameters) {
        const wanted = keys?.filter((key) => key.parameter === parameter.id);
        const all = () => levelKeys(parameter, { ...next, level }, this.#table);
        await stageLevel(parameter, wanted ?? all(), {
          reader,
          runs: this.#table,
          keyIndex: this.#keyIndex,
          staging,
          signal,
        });
      }
      return await this.#rewriteLevel(level, { staging, merge: 'exact' });
    } finally {
      await reader.close();
      await staging.destroy();
    }
  }

  #jobOf(run: Run): Omit<Parameters<typeof rewriteRun>[0], 'staging' | 'merge'> {
    const { store, next, segmentBytes, signal } = this.#job;
    const parameter = this.#parameters.get(run.parameter)!;
    const layout = layoutOf(parameter, levelGrid(next.grid, run.level), next.tileShape);
    return {
      store,
      layer: next.layer,
      run,
      entry: this.#runs.get(runId(run)),
      access: this.#access,
      encoding: { parameter, layout, codec: next.codec },
      segmentBytes,
      generation: next.sequence,
      commitId: next.commitId,
      signal,
    };
  }

  /** Every key that has one of the changed indexes: with coarse time bins more than those that changed. */
  #keysOf({ level, parameter: id, z, custom }: Run, { indexes }: RewrittenRun): TileKey[] {
    const { next } = this.#job;
    const { tiles } = layoutOf(this.#parameters.get(id)!, levelGrid(next.grid, level), next.tileShape);
    const timesOf = this.#timeTiles(tiles.t);
    return indexes.flatMap((index) => {
      const [col, row, bin] = this.#keyIndex.curve.decode(index);
      return timesOf(bin).map((t) => ({ level, parameter: id, col: col!, row: row!, t, z, custom }));
    });
  }

  #timeTiles(count: number): (bin: number | undefined) => readonly number[] {
    if (this.#keyIndex.curve.dimensions === 2) return () => [0];
    const byBin = new Map<number, number[]>();
    for (let t = 0; t < count; t++) {
      const bin = this.#keyIndex.pointOf({ col: 0, row: 0, t })[2]!;
      byBin.set(bin, [...(byBin.get(bin) ?? []), t]);
    }
    return (bin) => byBin.get(bin!) ?? [];
  }

  /** The next snapshot as far as it is made, with the first `levels` levels. */
  #manifest(levels: number): Manifest {
    const runs = this.#table.runs
      .map((run) => this.#runs.get(runId(run)))
      .filter((run) => run !== undefined && run.level < levels && run.segments.length > 0) as RunEntry[];
    return { ...this.#job.next, levels, runs, statistics: statisticsOf(runs) };
  }
}

/** The tiles one level up that cover `keys`, each once. */
function parentsOf(keys: readonly TileKey[]): TileKey[] {
  const parents = new Map<string, TileKey>();
  for (const key of keys) {
    const parent = { ...key, level: key.level + 1, row: key.row >> 1, col: key.col >> 1 };
    parents.set(JSON.stringify(parent), parent);
  }
  return [...parents.values()];
}
