import type { Manifest, RunEntry, SegmentEntry } from '../../catalog/index.js';
import type { StoredTile } from '../../codec/index.js';
import type { KeyIndex } from '../../curve/index.js';
import type { TileKey } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import type { QueryPlan } from './layer-query.js';
import type { QueryStats } from './query-stats.js';
import { RunFinder, segmentAt } from './run-finder.js';
import type { SegmentAccess, StoredSegment } from './segment-access.js';

/** A hole is not an error: callers draw it transparent. */
export type TileLookup =
  | { readonly kind: 'found'; readonly tile: StoredTile }
  | { readonly kind: 'hole' }
  | { readonly kind: 'outside' };

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly stats?: QueryStats | undefined;
}

/** What looking up one tile takes, known from the manifest alone. */
export type TilePlan = Pick<QueryPlan, 'segments' | 'tiles' | 'estimatedBytes'>;

/** Records read together for one answer to many keys. */
const BATCH = 64;

const hole = { kind: 'hole' } as const;
const outside = { kind: 'outside' } as const;
const nothing: TilePlan = { segments: 0, tiles: 0, estimatedBytes: 0 };
const gap: TilePlan = { segments: 0, tiles: 1, estimatedBytes: 0 };

/** Where a tile is if it is anywhere. */
interface TilePlace {
  readonly kind: 'segment';
  readonly run: RunEntry;
  readonly segment: SegmentEntry;
  readonly index: number;
}

/** One of the keys asked for together. */
interface Wanted {
  readonly key: TileKey;
  readonly index: number;
  /** Position of its answer. */
  readonly at: number;
}

/** Looks up tiles by key. */
export class TileReader {
  readonly #parameterOf: (id: string) => Parameter;
  readonly #keyIndex: KeyIndex;
  readonly #access: SegmentAccess;
  readonly #finder: RunFinder;

  constructor(
    manifest: Manifest,
    from: {
      readonly parameterOf: (id: string) => Parameter;
      readonly keyIndex: KeyIndex;
      readonly access: SegmentAccess;
    },
  ) {
    this.#parameterOf = from.parameterOf;
    this.#keyIndex = from.keyIndex;
    this.#access = from.access;
    this.#finder = new RunFinder(manifest);
  }

  /** What a query of the tile's cells would plan, found without covering a box. */
  plan(key: TileKey): TilePlan {
    const run = this.#finder.runOf(this.#parameterOf(key.parameter), key);
    if (run === 'outside' || run === undefined) return nothing;
    const segment = segmentAt(run, this.#keyIndex.indexOf(key));
    if (segment === undefined) return gap;
    return { segments: 1, tiles: 1, estimatedBytes: Math.round(segment.sizeBytes / segment.count) };
  }

  async get(key: TileKey, options: ReadOptions): Promise<TileLookup> {
    const place = this.#placeOf(key);
    if (place.kind !== 'segment') return place;
    options.signal?.throwIfAborted();
    return this.#readNow(place, key, options.stats) ?? this.#readLater(place, key, options);
  }

  peek(key: TileKey, stats?: QueryStats): TileLookup | undefined {
    const place = this.#placeOf(key);
    return place.kind === 'segment' ? this.#readNow(place, key, stats) : place;
  }

  async getMany(keys: readonly TileKey[], options: ReadOptions): Promise<TileLookup[]> {
    const lookups = new Array<TileLookup>(keys.length);
    const groups = new Map<SegmentEntry, { readonly run: RunEntry; readonly wanted: Wanted[] }>();
    for (const [at, key] of keys.entries()) {
      const place = this.#placeOf(key);
      if (place.kind !== 'segment') {
        lookups[at] = place;
        continue;
      }
      const group = groups.get(place.segment) ?? { run: place.run, wanted: [] };
      group.wanted.push({ key, index: place.index, at });
      groups.set(place.segment, group);
    }
    for (const [segment, { run, wanted }] of groups) {
      await this.#readGroup(this.#access.at(run, segment), wanted, { ...options, lookups });
    }
    return lookups;
  }

  #placeOf(key: TileKey): TilePlace | typeof hole | typeof outside {
    const run = this.#finder.runOf(this.#parameterOf(key.parameter), key);
    if (run === 'outside') return outside;
    if (run === undefined) return hole;
    const index = this.#keyIndex.indexOf(key);
    const segment = segmentAt(run, index);
    return segment === undefined ? hole : { kind: 'segment', run: run.entry, segment, index };
  }

  /** The tile, when its segment is open and can be read while the process waits. */
  #readNow(place: TilePlace, key: TileKey, stats: QueryStats | undefined): TileLookup | undefined {
    const segment = this.#access.at(place.run, place.segment);
    const reader = segment.openReader();
    if (reader === undefined) return undefined;
    const position = reader.find(place.index);
    const record = position < 0 ? undefined : reader.readSync(position);
    if (position >= 0 && record === undefined) return undefined;
    stats?.countSegment(segment.path);
    if (record === undefined) return hole;
    stats?.countTiles({ tiles: 1, bytes: reader.locate(position).length });
    // No object is made for the arguments where it need not be.
    const tile = segment.soleTile(key, reader, record) ?? segment.tileOf(key, { reader, position, record });
    return lookupOf(tile);
  }

  async #readLater(place: TilePlace, key: TileKey, { stats, signal }: ReadOptions): Promise<TileLookup> {
    const segment = this.#access.at(place.run, place.segment);
    const { reader, release } = await segment.lease(signal);
    try {
      stats?.countSegment(segment.path);
      const position = reader.find(place.index);
      if (position < 0) return hole;
      const record = await reader.read(position, { signal });
      stats?.countTiles({ tiles: 1, bytes: reader.locate(position).length });
      return lookupOf(segment.tileOf(key, { reader, position, record }));
    } finally {
      release();
    }
  }

  async #readGroup(
    segment: StoredSegment,
    wanted: readonly Wanted[],
    { lookups, stats, signal }: ReadOptions & { readonly lookups: TileLookup[] },
  ): Promise<void> {
    const { reader, release } = await segment.lease(signal);
    try {
      stats?.countSegment(segment.path);
      const byPosition = new Map<number, Wanted[]>();
      for (const one of wanted) {
        const position = reader.find(one.index);
        if (position < 0) lookups[one.at] = hole;
        // Time tiles that share an index are in one record.
        else byPosition.set(position, [...(byPosition.get(position) ?? []), one]);
      }
      const positions = [...byPosition.keys()];
      for (let i = 0; i < positions.length; i += BATCH) {
        signal?.throwIfAborted();
        const batch = positions.slice(i, i + BATCH);
        const { values, bytesRead } = await reader.readMany(batch, { signal });
        stats?.countTiles({ tiles: batch.length, bytes: bytesRead });
        for (const [k, position] of batch.entries()) {
          for (const { key, at } of byPosition.get(position)!) {
            lookups[at] = lookupOf(segment.tileOf(key, { reader, position, record: values[k]! }));
          }
        }
      }
    } finally {
      release();
    }
  }
}

function lookupOf(tile: StoredTile | undefined): TileLookup {
  return tile === undefined ? hole : { kind: 'found', tile };
}
