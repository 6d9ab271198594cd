import type { BlobStore } from '../../blob/index.js';
import type { Manifest, RunEntry, SegmentEntry } from '../../catalog/index.js';
import { createRecordDecoder, type StoredPair } from '../../codec/index.js';
import { formatSegmentName, type SegmentCache, type SegmentReader } from '../../segment/index.js';
import { runFolder } from '../run-table.js';

/** A segment that stays open until it is released, with the decoder for its records. */
export interface OpenSegment {
  readonly path: string;
  readonly reader: SegmentReader;
  readonly decode: (record: Uint8Array) => StoredPair[];
  readonly release: () => void;
}

/** Opens the segments of one layer through a cache that may serve many layers. */
export class SegmentAccess {
  readonly #store: BlobStore;
  readonly #layer: string;
  readonly #cache: SegmentCache;

  constructor(store: BlobStore, manifest: Manifest, cache: SegmentCache) {
    this.#store = store;
    this.#layer = manifest.layer;
    this.#cache = cache;
  }

  async lease(run: RunEntry, segment: SegmentEntry, signal?: AbortSignal): Promise<OpenSegment> {
    const path = `${runFolder(this.#layer, run)}${formatSegmentName(segment)}`;
    const { level, parameter, partition } = run;
    const expected = { name: segment, sizeBytes: segment.sizeBytes, run: { level, parameter, partition } };
    const lease = await this.#cache.lease(this.#store, path, expected, { signal });
    return {
      path,
      reader: lease.reader,
      decode: createRecordDecoder(lease.reader.schema),
      release: () => lease.release(),
    };
  }
}
