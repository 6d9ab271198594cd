import { describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import {
  commitManifest,
  headPath,
  manifestFolder,
  manifestPath,
  openManifest,
} from '../../src/catalog/index.js';
import { ConflictError, CorruptionError, NotFoundError } from '../../src/errors/index.js';
import {
  compactLayer,
  copyLayer,
  deleteLayer,
  eraseCells,
  rebuildLayer,
  reindexLayer,
  rollbackLayer,
  verifyLayer,
  writeLayer,
} from '../../src/layer/index.js';
import { openSegment } from '../../src/segment/index.js';
import { contentOf, expectContent, listAll, smallOptions, smallPlane } from './maintenance-layers.js';

async function losesManifests(store: BlobStore): Promise<void> {
  for (const path of await listAll(store, manifestFolder('a'))) await store.delete(path);
}

/** Flips a bit between two records, where no checksum but the hash of the file looks. */
async function flipPadding(store: BlobStore, path: string): Promise<void> {
  const { runs } = await openManifest(store, { layer: 'a' });
  const run = runs.find(({ partition }) => path.includes(`/${partition}/`))!;
  const segment = run.segments.find(({ sha }) => path.includes(sha))!;
  const { level, parameter, partition } = run;
  const handle = await store.open(path);
  const expected = { name: segment, sizeBytes: segment.sizeBytes, run: { level, parameter, partition } };
  const reader = await openSegment(handle, expected);
  const ends = Array.from({ length: reader.count }, (_, k) => reader.locate(k)).map(
    (r) => r.offset + r.length,
  );
  await flip(store, path, ends.find((end) => end % 8 !== 0)!);
}

async function flip(store: BlobStore, path: string, at: number): Promise<void> {
  const bytes = Uint8Array.from(await store.get(path));
  bytes[at]! ^= 1;
  await store.put(path, [bytes]);
}

describe('rebuildLayer', () => {
  it('brings back just the last snapshot, whatever other segments lie about', async () => {
    const store = createMemoryStore();
    await writeLayer(store, smallPlane(1), smallOptions);
    await reindexLayer(store, 'a', { curve: 'rowmajor' });
    await rollbackLayer(store, { layer: 'a', to: 1 });
    await eraseCells(store, { x: [{ start: 0, end: 6 }] }, { layer: 'a' });
    await compactLayer(store, 'a', { segmentBytes: 8192 });
    const before = await contentOf(store, 'a');
    // A writer that died before its commit has left segments of the next number.
    const dead: BlobStore = {
      ...store,
      putIfAbsent: (path, ...args) =>
        path.includes('/manifests/') ? Promise.reject(new Error('dead')) : store.putIfAbsent(path, ...args),
    };
    const dying = writeLayer(dead, smallPlane(2), { ...smallOptions, overwrite: true });
    await expect(dying).rejects.toThrow('dead');
    const { sequence, runs } = await openManifest(store, { layer: 'a' });
    const newest = `-${String(sequence + 1).padStart(8, '0')}-`;
    expect((await listAll(store)).filter((path) => path.includes(newest)).length).toBeGreaterThan(0);
    await losesManifests(store);
    await rebuildLayer(store, 'a');
    expect(await contentOf(store, 'a')).toEqual(before);
    expect(before.filter((value) => value === null)).toHaveLength(6 * 24);
    expect((await openManifest(store, { layer: 'a' })).runs).toEqual(runs);
  });

  it('works for a damaged newest manifest, and goes back to an older head only when told', async () => {
    const store = createMemoryStore();
    for (const k of [1, 2]) await writeLayer(store, smallPlane(k), { ...smallOptions, overwrite: true });
    await flip(store, manifestPath('a', 2), 50);
    await rebuildLayer(store, 'a');
    await expectContent(store, 'a', smallPlane(2));
    await flip(store, manifestPath('a', 3), 50);
    await store.delete(headPath('a', 3));
    await expect(rebuildLayer(store, 'a')).rejects.toThrow(CorruptionError);
    expect(await rebuildLayer(store, 'a', { sequence: 1 })).toMatchObject({ snapshot: 4, rebuilt: 1 });
    await expectContent(store, 'a', smallPlane(1));
  });

  it('refuses without need, without heads, and after a deletion', async () => {
    const store = createMemoryStore();
    await expect(rebuildLayer(store, 'a')).rejects.toThrow(NotFoundError);
    await writeLayer(store, smallPlane(1), smallOptions);
    await expect(rebuildLayer(store, 'a')).rejects.toThrow(ConflictError);
    expect(await rebuildLayer(store, 'a', { isForced: true })).toMatchObject({ snapshot: 2 });
    const cut: BlobStore = { ...store, delete: () => Promise.reject(new Error('cut short')) };
    await expect(deleteLayer(cut, 'a')).rejects.toThrow('cut short');
    await expect(rebuildLayer(store, 'a')).rejects.toThrow(NotFoundError);
    await losesManifests(store);
    await flip(store, headPath('a', 2), 30);
    await expect(rebuildLayer(store, 'a')).rejects.toThrow(CorruptionError);
  });

  it('finds segments that are damaged anywhere or lost, and leaves them out only when told', async () => {
    const store = createMemoryStore();
    await writeLayer(store, smallPlane(1), smallOptions);
    const [first, second, third] = await listAll(store, 'layers/a/tiles/');
    await flipPadding(store, first!);
    await store.delete(second!);
    await losesManifests(store);
    await expect(rebuildLayer(store, 'a')).rejects.toThrow(CorruptionError);
    await expect(openManifest(store, { layer: 'a' })).rejects.toThrow(NotFoundError);
    const { lost } = await rebuildLayer(store, 'a', { isPartial: true });
    expect(lost.map(({ path }) => path)).toEqual([first, expect.stringContaining('layers/a/tiles/')]);
    expect((await verifyLayer(store, 'a')).faults).toEqual([]);
    const values = await contentOf(store, 'a');
    expect(values.some((value) => value === null)).toBe(true);
    expect(values.every((value, i) => value === null || value === 1000 + i)).toBe(true);
    expect(third).toBeDefined();
  });
});

describe('a copy', () => {
  it('starts at the highest generation of its segments', async () => {
    const store = createMemoryStore();
    for (const k of [1, 2, 3]) await writeLayer(store, smallPlane(k), { ...smallOptions, overwrite: true });
    const copy = await copyLayer(store, { layer: 'a', to: 'b' });
    expect(copy.sequence).toBe(3);
    expect(copy.uuid).not.toBe((await openManifest(store, { layer: 'a' })).uuid);
    await commitManifest(store, { ...copy, sequence: 4 });
    expect((await openManifest(store, { layer: 'b' })).sequence).toBe(4);
  });
});
