import { describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import {
  commitManifest,
  deleteTag,
  formatHead,
  formatManifest,
  headPath,
  listTags,
  manifestPath,
  openManifest,
  parseHead,
  parseManifest,
  parseTagName,
  putTag,
  readTag,
} from '../../src/catalog/index.js';
import {
  ConflictError,
  CorruptionError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from '../../src/errors/index.js';
import { sampleManifest } from './sample-manifest.js';

describe('openManifest', () => {
  // A reader that asked for the newest snapshot was told that there is none of that number.
  it('looks again when the newest snapshot is collected while it is being opened', async () => {
    const store = createMemoryStore();
    await commitManifest(store, sampleManifest('a', 1));
    let isOvertaken = false;
    const overtaken: BlobStore = {
      ...store,
      get: async (path, ...args) => {
        if (path === manifestPath('a', 1) && !isOvertaken) {
          isOvertaken = true;
          await commitManifest(store, sampleManifest('a', 2));
          await store.delete(path);
        }
        return store.get(path, ...args);
      },
    };
    expect((await openManifest(overtaken, { layer: 'a' })).sequence).toBe(2);
  });
});

describe('commitManifest', () => {
  it('lets one of two commits of a number win', async () => {
    const store = createMemoryStore();
    await commitManifest(store, sampleManifest('a', 1));
    const rival = { ...sampleManifest('a', 1), commitId: 'rival' };
    await expect(commitManifest(store, rival)).rejects.toThrow(ConflictError);
    expect((await openManifest(store, { layer: 'a' })).commitId).not.toBe('rival');
  });

  it('knows its own commit when a store tried the put twice', async () => {
    const store = createMemoryStore();
    const retrying: BlobStore = {
      ...store,
      putIfAbsent: async (...args) => {
        await store.putIfAbsent(...args);
        return store.putIfAbsent(...args);
      },
    };
    await commitManifest(retrying, sampleManifest('a', 1));
    expect((await openManifest(store, { layer: 'a' })).sequence).toBe(1);
  });

  it('finishes what it began when it is told to stop after the commit', async () => {
    const store = createMemoryStore();
    const stop = new AbortController();
    const stopping: BlobStore = {
      ...store,
      putIfAbsent: async (...args) => {
        const isNew = await store.putIfAbsent(...args);
        stop.abort(new Error('too late'));
        return isNew;
      },
    };
    await commitManifest(stopping, sampleManifest('a', 1), { signal: stop.signal });
    expect(await store.stat(headPath('a', 1))).toBeDefined();
  });
});

describe('a manifest', () => {
  // Found by fuzzing: a layer of a billion levels was believed, and the first reader ran out of stack.
  it('is refused when it has more levels than any grid, or a run above them', () => {
    const sample = sampleManifest('a', 3);
    const tall = { ...sample, levels: 1e9 };
    const above = { ...sample, runs: sample.runs.map((run) => ({ ...run, level: 1 })) };
    for (const manifest of [tall, above]) {
      expect(() => parseManifest(formatManifest(manifest), 'x')).toThrow(CorruptionError);
    }
    expect(parseManifest(formatManifest({ ...sample, levels: 54 }), 'x').levels).toBe(54);
  });
});

describe('a head', () => {
  it('holds all of a manifest but its segments and statistics, and names the segments', () => {
    const manifest = sampleManifest('a', 3);
    const { manifest: bare, segmentIds } = parseHead(formatHead(manifest), 'x');
    expect(bare).toEqual({
      ...manifest,
      statistics: {},
      runs: manifest.runs.map((run) => ({ ...run, segments: [] })),
    });
    expect(segmentIds).toEqual([
      ['a'.repeat(16), '0'.repeat(16)],
      ['a'.repeat(16), '1'.repeat(16)],
    ]);
  });

  it('is refused when any byte is not as written, or the version is unknown', () => {
    const bytes = formatHead(sampleManifest('a', 3));
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = Uint8Array.from(bytes);
      flipped[at]! ^= 4;
      expect(() => parseHead(flipped, 'x')).toThrow(CorruptionError);
      expect(() => parseHead(bytes.subarray(0, at), 'x')).toThrow(CorruptionError);
    }
    const later = { ...sampleManifest('a', 3), formatVersion: 2 as unknown as 1 };
    expect(() => parseHead(formatHead(later), 'x')).toThrow(UnsupportedError);
  });
});

describe('tags', () => {
  it('name one snapshot each, until they are removed', async () => {
    const store = createMemoryStore();
    await putTag(store, { layer: 'a', name: 'v1', sequence: 3 });
    await putTag(store, { layer: 'a', name: 'v1', sequence: 3 });
    await expect(putTag(store, { layer: 'a', name: 'v1', sequence: 4 })).rejects.toThrow(ConflictError);
    await putTag(store, { layer: 'a', name: 'v2', sequence: 3 });
    expect((await listTags(store, 'a')).map(({ name, sequence }) => [name, sequence])).toEqual([
      ['v1', 3],
      ['v2', 3],
    ]);
    await deleteTag(store, { layer: 'a', name: 'v1' });
    await expect(deleteTag(store, { layer: 'a', name: 'v1' })).rejects.toThrow(NotFoundError);
    await expect(readTag(store, { layer: 'a', name: 'v1' })).rejects.toThrow(NotFoundError);
    await putTag(store, { layer: 'a', name: 'v1', sequence: 4 });
    expect((await readTag(store, { layer: 'a', name: 'v1' })).sequence).toBe(4);
  });

  it('are refused when damaged, and when their name could be a number or a path', async () => {
    const store = createMemoryStore();
    await putTag(store, { layer: 'a', name: 'v1', sequence: 3 });
    const bytes = Uint8Array.from(await store.get('layers/a/tags/v1.json'));
    bytes[40]! ^= 1;
    await store.put('layers/a/tags/v1.json', [bytes]);
    await expect(listTags(store, 'a')).rejects.toThrow(CorruptionError);
    for (const name of ['', '7', '7a', '../x', 'a/b', 'a.b', 'ü', 'x'.repeat(65)]) {
      expect(() => parseTagName(name)).toThrow(InvalidArgumentError);
    }
  });
});
