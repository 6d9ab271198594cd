import { createHash } from 'node:crypto';
import type { BlobHandle, BlobOptions, BlobStore } from '../blob/index.js';
import {
  identityPath,
  layerFolder,
  locationsPath,
  type Manifest,
  openManifest,
  type RunEntry,
  readIdentity,
  readLocations,
  type SegmentEntry,
} from '../catalog/index.js';
import { createRecordDecoder, decodeTile } from '../codec/index.js';
import { createKeyIndex, type KeyIndex } from '../curve/index.js';
import {
  CorruptionError,
  describeError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from '../errors/index.js';
import { levelGrid } from '../grid/index.js';
import { formatSegmentName, openSegment, type SegmentReader } from '../segment/index.js';
import { atRecord } from './reading/record-place.js';
import { requirePlace } from './reading/stored-place.js';
import { runFolder } from './run-table.js';
import { layoutOf } from './tile-layout.js';

const HASH_BYTES = 4 * 1024 * 1024;
const SHA_DIGITS = 32;

/** One thing that is not as it was written. */
export interface Fault {
  readonly path: string;
  readonly fault: string;
}

export interface VerifyReport {
  readonly layer: string;
  readonly snapshot: number;
  readonly segments: number;
  readonly records: number;
  readonly tiles: number;
  readonly bytes: number;
  readonly faults: readonly Fault[];
  /** Segment files that no run of this snapshot lists: of other snapshots, or left by a write cut short. */
  readonly unlisted: readonly string[];
}

/**
 * Reads every byte of a snapshot and compares it with what the manifest, the names and the checksums say.
 * A fault is reported by name and the rest is still read; only a damaged manifest ends the work.
 */
export async function verifyLayer(
  store: BlobStore,
  layer: string,
  options: BlobOptions & { readonly sequence?: number | undefined } = {},
): Promise<VerifyReport> {
  const manifest = await openManifest(store, { layer, sequence: options.sequence }, options);
  const verification = new Verification(store, manifest, options);
  await verification.identity();
  await verification.locations();
  for (const run of manifest.runs)
    for (const segment of run.segments) await verification.segment(run, segment);
  const listed = new Set(
    manifest.runs.flatMap((run) =>
      run.segments.map((segment) => `${runFolder(layer, run)}${formatSegmentName(segment)}`),
    ),
  );
  const unlisted: string[] = [];
  for await (const { path } of store.list(`${layerFolder(layer)}tiles/`, options)) {
    if (!listed.has(path)) unlisted.push(path);
  }
  return {
    layer,
    snapshot: manifest.sequence,
    ...verification.counts,
    faults: verification.faults,
    unlisted,
  };
}

class Verification {
  readonly counts = { segments: 0, records: 0, tiles: 0, bytes: 0 };
  readonly faults: Fault[] = [];
  readonly #store: BlobStore;
  readonly #manifest: Manifest;
  readonly #keyIndex: KeyIndex;
  readonly #options: BlobOptions;

  constructor(store: BlobStore, manifest: Manifest, options: BlobOptions) {
    this.#store = store;
    this.#manifest = manifest;
    this.#keyIndex = createKeyIndex(manifest.keyIndex, manifest);
    this.#options = options;
  }

  async identity(): Promise<void> {
    const { layer, uuid } = this.#manifest;
    const path = identityPath(layer);
    await this.#guard(path, async () => {
      const found = await readIdentity(this.#store, layer, this.#options);
      if (found === uuid) return;
      throw new CorruptionError('layer identity is not that of its manifest', { expected: uuid, found });
    });
  }

  async locations(): Promise<void> {
    const { layer } = this.#manifest;
    await this.#guard(locationsPath(layer), async () => {
      await readLocations(this.#store, layer, this.#options);
    });
  }

  async segment(run: RunEntry, segment: SegmentEntry): Promise<void> {
    const path = `${runFolder(this.#manifest.layer, run)}${formatSegmentName(segment)}`;
    await this.#guard(path, async () => {
      const handle = await this.#store.open(path, this.#options);
      try {
        await this.#guard(path, () => this.#checkHash(handle, segment));
        const { level, parameter, partition } = run;
        const expected = {
          name: segment,
          sizeBytes: segment.sizeBytes,
          run: { level, parameter, partition },
        };
        await this.#records(await openSegment(handle, expected), { run, path });
        this.counts.segments++;
        this.counts.bytes += segment.sizeBytes;
      } finally {
        await handle.close();
      }
    });
  }

  async #checkHash(handle: BlobHandle, segment: SegmentEntry): Promise<void> {
    const hash = createHash('sha256');
    for (let offset = 0; offset < handle.sizeBytes; offset += HASH_BYTES) {
      const length = Math.min(HASH_BYTES, handle.sizeBytes - offset);
      hash.update(await handle.read({ offset, length }, this.#options));
    }
    const found = hash.digest('hex').slice(0, SHA_DIGITS);
    if (found !== segment.sha) {
      throw new CorruptionError('file is not the one its name says', { expected: segment.sha, found });
    }
  }

  async #records(reader: SegmentReader, { run, path }: { run: RunEntry; path: string }): Promise<void> {
    const { grid, parameters, tileShape } = this.#manifest;
    const parameter = parameters.find(({ id }) => id === run.parameter);
    if (parameter === undefined) throw new CorruptionError('run of an unknown parameter', { run });
    const layout = layoutOf(parameter, levelGrid(grid, run.level), tileShape);
    const decode = createRecordDecoder(reader.schema);
    for (let k = 0; k < reader.count; k++) {
      const place = { path, run, index: reader.indexAt(k), parameter, layout, keyIndex: this.#keyIndex };
      await this.#guard(path, async () => {
        const record = await reader.read(k, this.#options);
        const recordPlace = { path, offset: reader.locate(k).offset, index: place.index };
        const pairs = atRecord(recordPlace, () => decode(record));
        for (const pair of pairs) {
          atRecord(recordPlace, () => requirePlace(pair, place));
          await decodeTile(pair.tile, parameter);
        }
        this.counts.records++;
        this.counts.tiles += pairs.length;
      });
    }
  }

  /** Turns what is wrong with the data into a fault; what is wrong with the machine goes on up. */
  async #guard(path: string, check: () => Promise<void>): Promise<void> {
    try {
      await check();
    } catch (error) {
      const isFault =
        error instanceof CorruptionError ||
        error instanceof NotFoundError ||
        error instanceof UnsupportedError ||
        // A stored key may be one that the curve refuses.
        error instanceof InvalidArgumentError;
      if (!isFault) throw error;
      this.faults.push({ path, fault: describeError(error) });
    }
  }
}
