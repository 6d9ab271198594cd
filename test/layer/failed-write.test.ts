import { describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { UnavailableError } from '../../src/errors/index.js';
import { type WriteOptions, writeLayer } from '../../src/layer/index.js';
import { type ArraySource, arraySource } from './array-source.js';

const OPTIONS: WriteOptions & { layer: string } = {
  layer: 'a',
  tileShape: { row: 4, col: 4 },
  codec: 'raw',
  segmentBytes: 4096,
  overwrite: true,
};

function plane(value: number): ArraySource {
  return arraySource({
    dims: ['y', 'x'],
    shape: [60, 60],
    chunkShape: [16, 16],
    type: 'float64',
    valueAt: (i) => value + i / 1000,
  });
}

async function paths(store: BlobStore): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of store.list('')) found.push(path);
  return found;
}

/** A disk that is full once it has taken `segments` more segments. */
function fullAfter(store: BlobStore, segments: number): BlobStore {
  let left = segments;
  return {
    ...store,
    putIfAbsent: async (path, chunks, options) => {
      if (path.endsWith('.seg') && left-- === 0)
        throw new UnavailableError('cannot write: disk full', { path });
      return store.putIfAbsent(path, chunks, options);
    },
  };
}

describe('a write that fails', () => {
  // Each try used to leave its segments, which only the next deletion of the layer removed.
  it('gives back the room of the segments it had stored', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), OPTIONS);
    const before = await paths(store);
    await expect(writeLayer(fullAfter(store, 5), plane(2), OPTIONS)).rejects.toThrow(UnavailableError);
    expect(await paths(store)).toEqual(before);
  });

  it('gives them back when another writer commits first', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), OPTIONS);
    let hasRaced = false;
    let winner: string[] = [];
    const racing: BlobStore = {
      ...store,
      putIfAbsent: async (path, chunks, options) => {
        if (path.includes('/manifests/') && !hasRaced) {
          hasRaced = true;
          const mine = await paths(store);
          await writeLayer(store, plane(3), OPTIONS);
          winner = (await paths(store)).filter((one) => !mine.includes(one) || !one.includes('-00000002-'));
        }
        return store.putIfAbsent(path, chunks, options);
      },
    };
    await expect(writeLayer(racing, plane(2), OPTIONS)).rejects.toThrow();
    expect(await paths(store)).toEqual(winner);
  });
});
