import type { BlobOptions, BlobStore } from '../../blob/index.js';
import { type Manifest, newestSequence, openManifest, readIdentity } from '../../catalog/index.js';
import type { StoredTile } from '../../codec/index.js';
import { createKeyIndex, type KeyIndex } from '../../curve/index.js';
import { CorruptionError, NotFoundError, UnsupportedError } from '../../errors/index.js';
import { axisLength, levelGrid, type TileKey } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import { createSegmentCache, type SegmentCache } from '../../segment/index.js';
import { layoutOf } from '../tile-layout.js';
import type { LayerQuery, QueryPlan, ValueSlab } from './layer-query.js';
import { QueryPlanner } from './query-planner.js';
import { newStats, type QueryStats } from './query-stats.js';
import { readPlan } from './read-plan.js';
import { SegmentAccess } from './segment-access.js';
import { slabQueries } from './slab-queries.js';

const MAX_SLAB_CELLS = 1 << 21;

/** A hole is not an error: callers draw it transparent. */
export type TileLookup =
  | { readonly kind: 'found'; readonly tile: StoredTile }
  | { readonly kind: 'hole' }
  | { readonly kind: 'outside' };

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly stats?: QueryStats | undefined;
}

/** Reads one snapshot of a layer, the same for its whole life. */
export class LayerReader {
  readonly manifest: Manifest;
  readonly #store: BlobStore;
  readonly #cache: SegmentCache;
  readonly #ownsCache: boolean;
  readonly #keyIndex: KeyIndex;
  readonly #planner: QueryPlanner;
  readonly #access: SegmentAccess;
  readonly #parameters: ReadonlyMap<string, Parameter>;

  /** Reads what `manifest` lists, committed or not. Readers that share a `cache` share its bounds. */
  constructor(store: BlobStore, manifest: Manifest, cache?: SegmentCache) {
    this.manifest = manifest;
    this.#store = store;
    this.#cache = cache ?? createSegmentCache();
    this.#ownsCache = cache === undefined;
    this.#keyIndex = createKeyIndex(manifest.keyIndex, manifest);
    this.#planner = new QueryPlanner(manifest, this.#keyIndex);
    this.#access = new SegmentAccess(store, manifest, { keyIndex: this.#keyIndex, cache: this.#cache });
    this.#parameters = new Map(manifest.parameters.map((parameter) => [parameter.id, parameter]));
  }

  /**
   * The newest snapshot, or the one numbered `sequence`. Readers that share a `cache` share its bounds.
   *
   * Throws: NotFoundError; CorruptionError for a damaged manifest.
   */
  static async open(
    store: BlobStore,
    layer: string,
    options: BlobOptions & { readonly sequence?: number | undefined; readonly cache?: SegmentCache } = {},
  ): Promise<LayerReader> {
    const manifest = await openManifest(store, { layer, sequence: options.sequence }, options);
    return new LayerReader(store, manifest, options.cache);
  }

  /** Names the snapshot among all snapshots of all layers. */
  get etag(): string {
    return `${this.manifest.uuid}-${this.manifest.sequence}`;
  }

  /** Throws: NotFoundError that lists the parameters there are. */
  parameter(id: string): Parameter {
    const parameter = this.#parameters.get(id);
    if (parameter === undefined) {
      throw new NotFoundError('no such parameter', {
        layer: this.manifest.layer,
        parameter: id,
        known: [...this.#parameters.keys()].join(', '),
      });
    }
    return parameter;
  }

  /** The work a query needs; reads nothing. */
  plan(query: LayerQuery): QueryPlan {
    return this.#planner.plan(this.parameter(query.parameter), query);
  }

  /** All values of a plan: shape `plan.shape`, physical units, NaN for no data. */
  async read(plan: QueryPlan, options: ReadOptions = {}): Promise<Float64Array> {
    const { signal, stats = newStats() } = options;
    return readPlan(plan, { access: this.#access, keyIndex: this.#keyIndex, stats, signal });
  }

  /** The values of a plan in slabs of at most `maxSlabCells`, in order; memory is bounded by one slab. */
  async *slabs(
    plan: QueryPlan,
    options: ReadOptions & { readonly maxSlabCells?: number } = {},
  ): AsyncGenerator<ValueSlab> {
    let start = 0;
    for (const query of slabQueries(plan, options.maxSlabCells ?? MAX_SLAB_CELLS)) {
      const values = await this.read(this.plan(query), options);
      yield { start, values };
      start += values.length;
    }
  }

  /** One tile. Opens at most one segment, and none when the key lies in a gap between segments. */
  async get(key: TileKey, options: ReadOptions = {}): Promise<TileLookup> {
    if (this.#isOutside(key)) return { kind: 'outside' };
    const run = this.#planner.runOf(key);
    const index = this.#keyIndex.indexOf(key);
    const segment = run && this.#planner.segmentOf(run, index);
    if (!run || !segment) return { kind: 'hole' };
    const lease = await this.#access.lease(run, segment, options.signal);
    try {
      options.stats?.countSegment(lease.path);
      const position = lease.reader.find(index);
      if (position < 0) return { kind: 'hole' };
      const record = await lease.reader.read(position, { signal: options.signal });
      options.stats?.countTiles({ tiles: 1, bytes: lease.reader.locate(position).length });
      // Several time tiles may share an index, so the key decides.
      const pair = lease.decode(position, record).find((candidate) => candidate.key.t === key.t);
      return pair ? { kind: 'found', tile: pair.tile } : { kind: 'hole' };
    } finally {
      lease.release();
    }
  }

  /** Several tiles, answered in the order asked. */
  async getMany(keys: readonly TileKey[], options: ReadOptions = {}): Promise<TileLookup[]> {
    const lookups: TileLookup[] = [];
    for (const key of keys) lookups.push(await this.get(key, options));
    return lookups;
  }

  /** This reader while its snapshot is the newest, else a reader of the newest. */
  async refresh(options: BlobOptions = {}): Promise<LayerReader> {
    const { layer, sequence, uuid } = this.manifest;
    // A layer that was deleted and written again counts from 1 again.
    const isNewest = (await newestSequence(this.#store, layer, options)) === sequence;
    if (isNewest && (await isIdentity(this.#store, { layer, uuid }, options))) return this;
    return LayerReader.open(this.#store, layer, {
      ...options,
      ...(this.#ownsCache ? {} : { cache: this.#cache }),
    });
  }

  /** Closes what only this reader has open. */
  async close(): Promise<void> {
    if (this.#ownsCache) await this.#cache.close();
  }

  #isOutside(key: TileKey): boolean {
    const parameter = this.parameter(key.parameter);
    const { grid, tileShape, levels } = this.manifest;
    const isIn = (value: number, count: number) => Number.isInteger(value) && value >= 0 && value < count;
    if (!isIn(key.level, levels)) return true;
    const { tiles } = layoutOf(parameter, levelGrid(grid, key.level), tileShape);
    return !(
      isIn(key.col, tiles.col) &&
      isIn(key.row, tiles.row) &&
      isIn(key.t, tiles.t) &&
      isIn(key.z, tiles.z) &&
      key.custom.length === grid.custom.length &&
      grid.custom.every((axis, i) =>
        isIn(key.custom[i]!, parameter.axes.includes(axis.name) ? axisLength(axis) : 1),
      )
    );
  }
}

/** Whether the layer in the store is this one. Where its identity is damaged the manifest, opened anew, tells. */
async function isIdentity(
  store: BlobStore,
  { layer, uuid }: Pick<Manifest, 'layer' | 'uuid'>,
  options: BlobOptions,
): Promise<boolean> {
  try {
    return (await readIdentity(store, layer, options)) === uuid;
  } catch (error) {
    if (error instanceof CorruptionError || error instanceof UnsupportedError) return false;
    throw error;
  }
}
