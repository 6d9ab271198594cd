import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryStore, openDirectoryStore, openStore } from '../../src/blob/index.js';
import { InvalidArgumentError, UnsupportedError } from '../../src/errors/index.js';
import { describeBlobStore } from '../conformance/blob-store.js';

describeBlobStore('the memory store', async () => ({
  store: createMemoryStore(),
  dispose: async () => {},
}));

describeBlobStore('the directory store', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tilecurve-blob-'));
  return {
    // Not there yet, nor its parent.
    store: openDirectoryStore(join(directory, 'new', 'store')),
    dispose: () => rm(directory, { recursive: true }),
  };
});

describe('openStore', () => {
  it('opens a directory by its path and a fresh memory store by its name', async () => {
    expect(openStore('some/place').location).toBe(join(process.cwd(), 'some/place'));
    const memory = openStore('memory:');
    await memory.put('a', [Uint8Array.of(1)]);
    expect(await openStore('memory:').stat('a')).toBeUndefined();
  });

  it('refuses what is no store', () => {
    for (const location of ['', ' ', 'a\0b']) expect(() => openStore(location)).toThrow(InvalidArgumentError);
    for (const location of ['s3://bucket/prefix', 'https://example.org/x']) {
      expect(() => openStore(location)).toThrow(UnsupportedError);
    }
  });
});
