import type { BlobStore } from '../../blob/index.js';
import type { Manifest, RunEntry, SegmentEntry } from '../../catalog/index.js';
import { createKeyIndex } from '../../curve/index.js';
import { ConflictError } from '../../errors/index.js';
import { createSegmentCache, type SegmentCache } from '../../segment/index.js';
import { SegmentAccess } from '../reading/segment-access.js';
import { runId } from '../run-table.js';

/** Two snapshots of a layer and the indexes somebody wants to change in both, by run id. */
export interface Overlap {
  readonly before: Manifest;
  readonly after: Manifest;
  readonly indexes: ReadonlyMap<string, readonly number[]>;
}

/**
 * Compares the records at `indexes`: what another writer changed meanwhile must lie elsewhere. Segments that both
 * snapshots list are not opened.
 *
 * Throws: ConflictError naming the first record that differs.
 */
export async function requireUntouched(store: BlobStore, overlap: Overlap): Promise<void> {
  const cache = createSegmentCache();
  try {
    const before = new Records(store, overlap.before, cache);
    const after = new Records(store, overlap.after, cache);
    for (const [run, indexes] of overlap.indexes) {
      for (const index of indexes) {
        if (await isSame(before.at(run, index), after.at(run, index))) continue;
        throw new ConflictError('another writer changed the same tiles meanwhile', {
          layer: overlap.after.layer,
          run,
          index,
        });
      }
    }
  } finally {
    await cache.close();
  }
}

interface Place {
  readonly sha: string | undefined;
  readonly record: () => Promise<Uint8Array | undefined>;
}

async function isSame(before: Place, after: Place): Promise<boolean> {
  if (before.sha === after.sha) return true;
  const [a, b] = [await before.record(), await after.record()];
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(a, b) === 0;
}

/** Records of one snapshot by run and index. */
class Records {
  readonly #runs: ReadonlyMap<string, RunEntry>;
  readonly #access: SegmentAccess;

  constructor(store: BlobStore, manifest: Manifest, cache: SegmentCache) {
    this.#runs = new Map(manifest.runs.map((run) => [runId(run), run]));
    const keyIndex = createKeyIndex(manifest.keyIndex, manifest);
    this.#access = new SegmentAccess(store, manifest, { keyIndex, cache });
  }

  at(id: string, index: number): Place {
    const run = this.#runs.get(id);
    const segment = run?.segments.find(({ first, last }) => first <= index && index <= last);
    if (!run || !segment) return { sha: undefined, record: async () => undefined };
    return { sha: segment.sha, record: () => this.#read(run, segment, index) };
  }

  async #read(run: RunEntry, segment: SegmentEntry, index: number): Promise<Uint8Array | undefined> {
    const lease = await this.#access.lease(run, segment);
    try {
      const position = lease.reader.find(index);
      return position < 0 ? undefined : Buffer.from(await lease.reader.read(position));
    } finally {
      lease.release();
    }
  }
}
