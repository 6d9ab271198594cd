import type { BlobStore } from '../../blob/index.js';
import type { Manifest, RunEntry, SegmentEntry } from '../../catalog/index.js';
import {
  createRecordDecoder,
  decodeSoleTile,
  type RecordDecoder,
  recordSchema,
  type StoredPair,
  type StoredTile,
  type TileForm,
} from '../../codec/index.js';
import type { KeyIndex } from '../../curve/index.js';
import { CorruptionError } from '../../errors/index.js';
import { levelGrid, type TileKey } from '../../grid/index.js';
import {
  type CachedSegment,
  formatSegmentName,
  type SegmentCache,
  type SegmentReader,
} from '../../segment/index.js';
import { runFolder } from '../run-table.js';
import { layoutOf } from '../tile-layout.js';
import { atRecord } from './record-place.js';
import { requirePlace, type StoredPlace } from './stored-place.js';

/** Segments kept ready; each takes under a kilobyte, and making one takes less than opening its file. */
const maxReady = 4096;

/** A segment that stays open until it is released. */
export interface OpenSegment {
  readonly path: string;
  readonly reader: SegmentReader;
  /** The tiles of the record at `position`; CorruptionError unless they are tiles that belong there. */
  readonly decode: (position: number, record: Uint8Array) => StoredPair[];
  readonly release: () => void;
}

/** Opens the segments of one layer through a cache that may serve many layers. */
export class SegmentAccess {
  readonly #store: BlobStore;
  readonly #manifest: Manifest;
  readonly #keyIndex: KeyIndex;
  readonly #cache: SegmentCache;
  readonly #ready = new Map<SegmentEntry, StoredSegment>();

  constructor(
    store: BlobStore,
    manifest: Manifest,
    { keyIndex, cache }: { keyIndex: KeyIndex; cache: SegmentCache },
  ) {
    this.#store = store;
    this.#manifest = manifest;
    this.#keyIndex = keyIndex;
    this.#cache = cache;
  }

  /** The segment, open or not. */
  at(run: RunEntry, segment: SegmentEntry): StoredSegment {
    const known = this.#ready.get(segment);
    if (known !== undefined) return known;
    const [oldest] = this.#ready.keys();
    if (this.#ready.size >= maxReady && oldest !== undefined) this.#ready.delete(oldest);
    const made = this.#makeReady(run, segment);
    this.#ready.set(segment, made);
    return made;
  }

  async lease(run: RunEntry, segment: SegmentEntry, signal?: AbortSignal): Promise<OpenSegment> {
    return this.at(run, segment).lease(signal);
  }

  #makeReady(run: RunEntry, segment: SegmentEntry): StoredSegment {
    const path = `${runFolder(this.#manifest.layer, run)}${formatSegmentName(segment)}`;
    const { level, parameter, partition } = run;
    const expected = { name: segment, sizeBytes: segment.sizeBytes, run: { level, parameter, partition } };
    return new StoredSegment(this.#cache.segment(this.#store, path, expected), this.#placeOf(run, path));
  }

  #placeOf(run: RunEntry, path: string): Omit<StoredPlace, 'index'> {
    const { grid, tileShape, parameters } = this.#manifest;
    const parameter = parameters.find(({ id }) => id === run.parameter);
    if (parameter === undefined) throw new CorruptionError('run of an unknown parameter', { path });
    const layout = layoutOf(parameter, levelGrid(grid, run.level), tileShape);
    return { path, run, parameter, layout, keyIndex: this.#keyIndex };
  }
}

/** One segment of a layer with what reading it takes, made once. */
export class StoredSegment {
  readonly #cached: CachedSegment;
  readonly #place: Omit<StoredPlace, 'index'>;
  readonly #form: TileForm;
  #decoder: RecordDecoder | undefined;
  #isOfToday = false;

  constructor(cached: CachedSegment, place: Omit<StoredPlace, 'index'>) {
    this.#cached = cached;
    this.#place = place;
    this.#form = { type: place.parameter.type, shape: place.layout.shape };
  }

  get path(): string {
    return this.#place.path;
  }

  async lease(signal?: AbortSignal): Promise<OpenSegment> {
    const { reader, release } = await this.#cached.lease(signal ? { signal } : {});
    const decode = (position: number, record: Uint8Array) => this.decode(reader, position, record);
    return { path: this.path, reader, decode, release };
  }

  /** The reader when the segment is open; good until other work runs. */
  openReader(): SegmentReader | undefined {
    return this.#cached.openReader();
  }

  /** The tiles of the record at `position`; CorruptionError unless they are tiles that belong there. */
  decode(reader: SegmentReader, position: number, record: Uint8Array): StoredPair[] {
    const index = reader.indexAt(position);
    const { offset } = reader.locate(position);
    return atRecord({ path: this.path, offset, index }, () => {
      const pairs = this.#decoderOf(reader)(record);
      for (const pair of pairs) requirePlace(pair, { ...this.#place, index });
      return pairs;
    });
  }

  /** The tile of `key` in the record at `position`, where `key` is one of a tile of this run and the record's index. */
  tileOf(
    key: TileKey,
    { reader, position, record }: { reader: SegmentReader; position: number; record: Uint8Array },
  ): StoredTile | undefined {
    // Several time tiles may share an index, so the key decides.
    return (
      this.soleTile(key, reader, record) ??
      this.decode(reader, position, record).find((pair) => pair.key.t === key.t)?.tile
    );
  }

  /** What `tileOf` finds, where the record is a plain one; undefined where `tileOf` has to look. */
  soleTile(key: TileKey, reader: SegmentReader, record: Uint8Array): StoredTile | undefined {
    this.#decoderOf(reader);
    // With its key, which is right, and this form the tile is all that `requirePlace` asks of it.
    return this.#isOfToday ? decodeSoleTile(record, key, this.#form) : undefined;
  }

  #decoderOf({ schema }: SegmentReader): RecordDecoder {
    if (this.#decoder === undefined) {
      this.#decoder = createRecordDecoder(schema);
      this.#isOfToday = schema === recordSchema;
    }
    return this.#decoder;
  }
}
