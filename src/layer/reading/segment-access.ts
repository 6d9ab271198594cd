import type { BlobStore } from '../../blob/index.js';
import type { Manifest, RunEntry, SegmentEntry } from '../../catalog/index.js';
import { createRecordDecoder, type StoredPair } from '../../codec/index.js';
import type { KeyIndex } from '../../curve/index.js';
import { CorruptionError } from '../../errors/index.js';
import { levelGrid } from '../../grid/index.js';
import { formatSegmentName, type SegmentCache, type SegmentReader } from '../../segment/index.js';
import { runFolder } from '../run-table.js';
import { layoutOf } from '../tile-layout.js';
import { atRecord } from './record-place.js';
import { requirePlace, type StoredPlace } from './stored-place.js';

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

  async lease(run: RunEntry, segment: SegmentEntry, signal?: AbortSignal): Promise<OpenSegment> {
    const path = `${runFolder(this.#manifest.layer, run)}${formatSegmentName(segment)}`;
    const { level, parameter, partition } = run;
    const expected = { name: segment, sizeBytes: segment.sizeBytes, run: { level, parameter, partition } };
    const lease = await this.#cache.lease(this.#store, path, expected, signal ? { signal } : {});
    const decode = createRecordDecoder(lease.reader.schema);
    const place = this.#placeOf(run, path);
    return {
      path,
      reader: lease.reader,
      decode: (position, record) => {
        const index = lease.reader.indexAt(position);
        const { offset } = lease.reader.locate(position);
        return atRecord({ path, offset, index }, () => {
          const pairs = decode(record);
          for (const pair of pairs) requirePlace(pair, { ...place, index });
          return pairs;
        });
      },
      release: () => lease.release(),
    };
  }

  #placeOf(run: RunEntry, path: string): Omit<StoredPlace, 'index'> {
    const { grid, tileShape, parameters } = this.#manifest;
    const parameter = parameters.find(({ id }) => id === run.parameter);
    if (parameter === undefined) throw new CorruptionError('run of an unknown parameter', { path });
    const layout = layoutOf(parameter, levelGrid(grid, run.level), tileShape);
    return { path, run, parameter, layout, keyIndex: this.#keyIndex };
  }
}
