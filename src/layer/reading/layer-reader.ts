import type { BlobOptions, BlobStore } from '../../blob/index.js';
import { isSnapshotOf, type Manifest, newestSequence, openManifest } from '../../catalog/index.js';
import { createKeyIndex, type KeyIndex } from '../../curve/index.js';
import { NotFoundError } from '../../errors/index.js';
import type { TileKey } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import { createSegmentCache, type SegmentCache } from '../../segment/index.js';
import type { LayerQuery, QueryPlan, ValueSlab } from './layer-query.js';
import { QueryPlanner } from './query-planner.js';
import { newStats } from './query-stats.js';
import { readPlan } from './read-plan.js';
import { SegmentAccess } from './segment-access.js';
import { type PlanSlab, planSlabs, type SlabCuts, slabQueries } from './slab-queries.js';
import { runSummaries, type SummaryPart, type TilePart, tileParts } from './tile-parts.js';
import { type ReadOptions, type TileLookup, type TilePlan, TileReader } from './tile-reader.js';
import type { UnpackedTiles } from './unpacked-tiles.js';

const MAX_SLAB_CELLS = 1 << 21;

/** What readers of one process may have in common. */
export interface SharedCaches {
  readonly cache?: SegmentCache;
  readonly unpacked?: UnpackedTiles;
}

/** Reads one snapshot of a layer, the same for its whole life. */
export class LayerReader {
  readonly manifest: Manifest;
  /** Names the snapshot among all snapshots of all layers. */
  readonly etag: string;
  readonly #store: BlobStore;
  readonly #cache: SegmentCache;
  readonly #ownsCache: boolean;
  readonly #unpacked: UnpackedTiles | undefined;
  readonly #keyIndex: KeyIndex;
  readonly #planner: QueryPlanner;
  readonly #access: SegmentAccess;
  readonly #tiles: TileReader;
  readonly #parameters: ReadonlyMap<string, Parameter>;

  /** Reads what `manifest` lists, committed or not. Readers that share a cache share its bounds. */
  constructor(store: BlobStore, manifest: Manifest, { cache, unpacked }: SharedCaches = {}) {
    this.manifest = manifest;
    this.etag = `${manifest.sequence}-${manifest.commitId}`;
    this.#store = store;
    this.#cache = cache ?? createSegmentCache();
    this.#ownsCache = cache === undefined;
    this.#unpacked = unpacked;
    this.#keyIndex = createKeyIndex(manifest.keyIndex, manifest);
    this.#planner = new QueryPlanner(manifest, this.#keyIndex);
    this.#access = new SegmentAccess(store, manifest, { keyIndex: this.#keyIndex, cache: this.#cache });
    this.#tiles = new TileReader(manifest, {
      parameterOf: (id) => this.parameter(id),
      keyIndex: this.#keyIndex,
      access: this.#access,
    });
    this.#parameters = new Map(manifest.parameters.map((parameter) => [parameter.id, parameter]));
  }

  /**
   * The newest snapshot, or the one numbered `sequence`. Readers that share a cache share its bounds.
   *
   * Throws: NotFoundError; CorruptionError for a damaged manifest.
   */
  static async open(
    store: BlobStore,
    layer: string,
    options: BlobOptions & SharedCaches & { readonly sequence?: number | undefined } = {},
  ): Promise<LayerReader> {
    const manifest = await openManifest(store, { layer, sequence: options.sequence }, options);
    return new LayerReader(store, manifest, options);
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
    return readPlan(plan, {
      access: this.#access,
      keyIndex: this.#keyIndex,
      stats,
      signal,
      unpacked: this.#unpacked,
    });
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

  /** A plan in parts that are cut along some of its dimensions only; reads nothing. */
  cut(plan: QueryPlan, cuts: SlabCuts): Iterable<PlanSlab> {
    return planSlabs(plan, cuts);
  }

  /**
   * What each stored tile has of a plan: its statistics, and its cells for those who need them. Batches come in no order
   * a caller could rely on. Cells without a tile have no part.
   */
  parts(
    plan: QueryPlan,
    { signal, stats = newStats() }: ReadOptions = {},
  ): AsyncIterable<readonly TilePart[]> {
    return tileParts(plan, { access: this.#access, keyIndex: this.#keyIndex, stats, signal });
  }

  /** The same from the manifest alone, where a plan wants all cells of its runs; undefined where that is not enough. */
  runSummaries(plan: QueryPlan): readonly SummaryPart[] | undefined {
    return runSummaries(plan);
  }

  /** The work one tile needs, nothing where the layer has none of its run; reads nothing. */
  planTile(key: TileKey): TilePlan {
    return this.#tiles.plan(key);
  }

  /** One tile. Opens at most one segment, and none when the key lies in a gap between segments. */
  get(key: TileKey, options: ReadOptions = {}): Promise<TileLookup> {
    return this.#tiles.get(key, options);
  }

  /**
   * What `get` answers, at once: where the tile's segment is open, its record short and its store one that may be read while
   * the process waits, and where no segment has to be asked. Undefined otherwise: then `get` has to be awaited.
   */
  peek(key: TileKey, options?: Pick<ReadOptions, 'stats'>): TileLookup | undefined {
    return this.#tiles.peek(key, options?.stats);
  }

  /** Several tiles, answered in the order asked; those of one segment are read together and share buffers. */
  getMany(keys: readonly TileKey[], options: ReadOptions = {}): Promise<TileLookup[]> {
    return this.#tiles.getMany(keys, options);
  }

  /** This reader while its snapshot is the newest, else a reader of the newest: perhaps another's of the same number. */
  async refresh(options: BlobOptions = {}): Promise<LayerReader> {
    const { layer, sequence } = this.manifest;
    const isNewest = (await newestSequence(this.#store, layer, options)) === sequence;
    if (isNewest && (await isSnapshotOf(this.#store, this.manifest, options))) return this;
    return LayerReader.open(this.#store, layer, {
      ...options,
      ...(this.#ownsCache ? {} : { cache: this.#cache }),
      ...(this.#unpacked && { unpacked: this.#unpacked }),
    });
  }

  /** Closes what only this reader has open. */
  async close(): Promise<void> {
    if (this.#ownsCache) await this.#cache.close();
  }
}
