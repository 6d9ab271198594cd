import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import {
  commitManifest,
  identityPath,
  listLayers,
  manifestFolder,
  manifestPath,
  openManifest,
} from '../../src/catalog/index.js';
import { ConflictError, NotFoundError } from '../../src/errors/index.js';
import {
  collectGarbage,
  compactLayer,
  copyLayer,
  deleteLayer,
  eraseCells,
  LayerReader,
  listSnapshots,
  moveLayer,
  rebuildLayer,
  reindexLayer,
  rollbackLayer,
  stagingFolder,
  tagSnapshot,
  updateLayer,
  verifyLayer,
  writeLayer,
} from '../../src/layer/index.js';
import {
  atEveryCall,
  beforeFirstCommit,
  dyingStore,
  expectContent,
  listAll,
  smallOptions,
  smallPlane,
} from './maintenance-layers.js';

const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
});
afterEach(() => {
  vi.useRealTimers();
});

function later(hours: number): void {
  vi.setSystemTime(Date.now() + hours * HOUR_MS);
}

/** A layer `a` with two snapshots, `smallPlane(1)` and `smallPlane(2)`. */
async function twoSnapshots(): Promise<BlobStore> {
  const store = createMemoryStore();
  for (const k of [1, 2]) await overwrite(store, k);
  return store;
}

function overwrite(store: BlobStore, salt: number) {
  return writeLayer(store, smallPlane(salt), { ...smallOptions, overwrite: true });
}

/** What is left of it when it is deleted: what says so, and the identity. */
const left = [identityPath('a'), manifestPath('a', 3)];

/** A layer `a` that was deleted. */
async function deleted(): Promise<BlobStore> {
  const store = await twoSnapshots();
  await deleteLayer(store, 'a');
  return store;
}

function collectLater(store: BlobStore) {
  later(48);
  return collectGarbage(store);
}

const corner = { x: [{ start: 0, end: 6 }], y: [{ start: 0, end: 6 }] };

/** Everything that makes the next snapshot of a layer out of the newest. */
const writers: Readonly<Record<string, (store: BlobStore) => Promise<unknown>>> = {
  update: (store) => updateLayer(store, smallPlane(3), { layer: 'a', segmentBytes: 4096 }),
  erasure: (store) => eraseCells(store, corner, { layer: 'a' }),
  compaction: (store) => compactLayer(store, 'a'),
  rollback: (store) => rollbackLayer(store, { layer: 'a', to: 1 }),
  reindexing: (store) => reindexLayer(store, 'a', { curve: 'zorder' }),
  overwrite: (store) => overwrite(store, 3),
  rebuilding: (store) => rebuildLayer(store, 'a', { isForced: true }),
};

describe.each(Object.entries(writers))('a deletion that is done while a writer is at work: %s', (_, work) => {
  // The number of the deletion was free again when it was done: the writer committed under it a list of segments of
  // which some were gone.
  it('ends it; the layer stays deleted and nothing stays behind', async () => {
    const store = await twoSnapshots();
    const overtaken = beforeFirstCommit(store, () => deleteLayer(store, 'a'));
    const error = await work(overtaken).catch((failure: unknown) => failure);
    expect([ConflictError, NotFoundError].some((kind) => error instanceof kind)).toBe(true);
    expect(await listLayers(store)).toEqual([]);
    later(48);
    expect((await collectGarbage(store)).layers).toMatchObject([{ layer: 'a', kept: [], snapshots: [] }]);
    expect(await listAll(store)).toEqual([]);
  });

  it('and another layer written in its place: that one stays as it is', async () => {
    const store = await twoSnapshots();
    const overtaken = beforeFirstCommit(store, async () => {
      await deleteLayer(store, 'a');
      await overwrite(store, 7);
    });
    await expect(work(overtaken)).rejects.toThrow(ConflictError);
    await expectContent(store, 'a', smallPlane(7));
    expect((await openManifest(store, { layer: 'a' })).sequence).toBe(4);
  });

  it('and the layer is moved away and back: it stays as it is', async () => {
    const store = await twoSnapshots();
    const overtaken = beforeFirstCommit(store, async () => {
      await moveLayer(store, { layer: 'a', to: 'b' });
      await moveLayer(store, { layer: 'b', to: 'a' });
    });
    await expect(work(overtaken)).rejects.toThrow(ConflictError);
    await expectContent(store, 'a', smallPlane(2));
  });
});

describe('a layer that was deleted', () => {
  it('is not there for anybody, and is not deleted twice', async () => {
    const store = await deleted();
    expect(await listAll(store)).toEqual(left);
    expect(await listLayers(store)).toEqual([]);
    for (const work of [
      () => LayerReader.open(store, 'a'),
      () => LayerReader.open(store, 'a', { sequence: 2 }),
      () => listSnapshots(store, 'a'),
      () => verifyLayer(store, 'a'),
      () => deleteLayer(store, 'a'),
      () => rebuildLayer(store, 'a'),
      () => rebuildLayer(store, 'a', { isForced: true }),
      () => tagSnapshot(store, { layer: 'a', name: 'x' }),
      () => copyLayer(store, { layer: 'a', to: 'b' }),
      () => moveLayer(store, { layer: 'a', to: 'b' }),
      ...Object.entries(writers).flatMap(([name, work]) => (name === 'overwrite' ? [] : [() => work(store)])),
    ]) {
      await expect(work()).rejects.toThrow(NotFoundError);
    }
    expect(await listAll(store)).toEqual(left);
  });

  it('leaves its name to others, whose numbers go on after the deletion', async () => {
    const makers: ((store: BlobStore) => Promise<unknown>)[] = [
      (store) => writeLayer(store, smallPlane(5), smallOptions),
      (store) => copyLayer(store, { layer: 'b', to: 'a' }),
      (store) => moveLayer(store, { layer: 'b', to: 'a' }),
      (store) => reindexLayer(store, 'b', { to: 'a', curve: 'rowmajor' }),
    ];
    for (const make of makers) {
      const store = await deleted();
      await writeLayer(store, smallPlane(5), { ...smallOptions, layer: 'b' });
      await make(store);
      await expectContent(store, 'a', smallPlane(5));
      expect(await listLayers(store)).toContain('a');
      const snapshots = await listSnapshots(store, 'a');
      expect(snapshots.map(({ snapshot, isCurrent }) => [snapshot, isCurrent])).toEqual([[4, true]]);
      const [{ bytes, bytesAdded }] = snapshots as [(typeof snapshots)[0]];
      expect(bytesAdded).toBe(bytes);
      await expect(openManifest(store, { layer: 'a', sequence: 3 })).rejects.toThrow(NotFoundError);
      // And once more.
      await deleteLayer(store, 'a');
      await make(store).catch((error: unknown) => expect(error).toBeInstanceOf(NotFoundError));
    }
  });

  it('is seen by a reader of it as gone, and as another one once that is written', async () => {
    const store = await twoSnapshots();
    const reader = await LayerReader.open(store, 'a');
    await deleteLayer(store, 'a');
    await expect(reader.refresh()).rejects.toThrow(NotFoundError);
    await overwrite(store, 4);
    expect((await reader.refresh()).manifest.sequence).toBe(4);
  });

  it('leaves its name free when its identity was damaged', async () => {
    const store = await twoSnapshots();
    await store.put(identityPath('a'), [Buffer.from('{')]);
    await deleteLayer(store, 'a');
    await overwrite(store, 4);
    await expectContent(store, 'a', smallPlane(4));
  });

  it('leaves no trace when it was deleted by a version that kept none', async () => {
    const store = await deleted();
    for (const path of left) await store.delete(path);
    await expect(deleteLayer(store, 'a')).rejects.toThrow(NotFoundError);
    await overwrite(store, 4);
    expect((await openManifest(store, { layer: 'a' })).sequence).toBe(1);
  });
});

describe('the mark of a deletion', () => {
  it('stays for the grace time, and as long as the name is being written', async () => {
    const root = await mkdtemp(join(tmpdir(), 'tilecurve-deleted-'));
    try {
      const store = await deleted();
      later(23);
      expect((await collectGarbage(store)).files).toBe(0);
      later(2);
      const folder = stagingFolder(root, 'a');
      await mkdir(folder);
      await writeFile(join(folder, 'CURRENT'), 'torn');
      // Its files are of this day, in whatever year the test is run.
      const nowMs = Date.now();
      vi.useRealTimers();
      const graceMs = HOUR_MS + Math.max(0, nowMs - Date.now());
      expect((await collectGarbage(store, { stagingDirectory: root, nowMs, graceMs })).files).toBe(0);
      expect(await listAll(store)).toEqual(left);
      expect((await collectGarbage(store, { layer: 'a', nowMs, isDryRun: true })).files).toBe(2);
      expect((await collectGarbage(store, { layer: 'a', nowMs })).layers).toMatchObject([
        { kept: [], snapshots: [], files: [identityPath('a'), manifestPath('a', 3)] },
      ]);
      expect(await listAll(store)).toEqual([]);
      await expect(collectGarbage(store, { layer: 'a' })).rejects.toThrow(NotFoundError);
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it('stays beside segments of somebody who has not committed yet', async () => {
    const store = await deleted();
    later(48);
    const collected = beforeFirstCommit(store, () => collectGarbage(store));
    await writeLayer(collected, smallPlane(4), smallOptions);
    expect((await openManifest(store, { layer: 'a' })).sequence).toBe(4);
    await expectContent(store, 'a', smallPlane(4));
  });

  it('counts for no snapshot of the layer that is written next, and goes when it is old', async () => {
    const store = await deleted();
    for (const k of [4, 5, 6]) await overwrite(store, k);
    expect((await collectGarbage(store, { keep: 1 })).layers).toMatchObject([{ kept: [4, 5, 6], files: [] }]);
    later(48);
    expect((await collectGarbage(store)).layers).toMatchObject([{ kept: [5, 6], snapshots: [4] }]);
    const manifests = await listAll(store, manifestFolder('a'));
    expect(manifests).toEqual([manifestPath('a', 5), manifestPath('a', 6)]);
    await expectContent(store, 'a', smallPlane(6));
  });

  it('goes at once where there is no grace', async () => {
    const store = await deleted();
    await overwrite(store, 4);
    later(1);
    await collectGarbage(store, { keep: 1, graceMs: 0 });
    expect(await listAll(store, manifestFolder('a'))).toEqual([manifestPath('a', 4)]);
    await deleteLayer(store, 'a');
    later(1);
    await collectGarbage(store, { keep: 1, graceMs: 0 });
    expect(await listAll(store)).toEqual([]);
  });

  it('does not hide that a layer written after it has lost its manifests', async () => {
    const store = await deleted();
    await overwrite(store, 4);
    await store.delete(manifestPath('a', 4));
    later(48);
    const files = await listAll(store);
    const { layers } = await collectGarbage(store);
    expect(layers[0]!.error).toBeDefined();
    expect(await listAll(store)).toEqual(files);
    expect(await rebuildLayer(store, 'a')).toMatchObject({ rebuilt: 4, snapshot: 5 });
    await expectContent(store, 'a', smallPlane(4));
  });
});

describe('a deletion cut short at any call', () => {
  it.each([
    ['another deletion', (store: BlobStore) => deleteLayer(store, 'a')],
    ['a collection', collectLater],
  ])('is finished by %s', async (_, finish) => {
    const calls = await atEveryCall(async ({ k, dies }) => {
      const store = await twoSnapshots();
      await tagSnapshot(store, { layer: 'a', name: 'kept', sequence: 1 });
      const dying = dyingStore(store, k, dies);
      const isDone = await deleteLayer(dying.store, 'a').then(
        () => true,
        () => false,
      );
      const isThere = (await listLayers(store)).length > 0;
      if (isThere) await expectContent(store, 'a', smallPlane(2));
      await finish(store).catch((error: unknown) => expect(error).toBeInstanceOf(NotFoundError));
      later(48);
      if (isThere && (await listLayers(store)).length > 0) {
        await expectContent(store, 'a', smallPlane(2));
        await deleteLayer(store, 'a');
        later(48);
      }
      expect(await listLayers(store)).toEqual([]);
      expect(await listAll(store, 'layers/a/tiles/')).toEqual([]);
      expect(await listAll(store, 'layers/a/heads/')).toEqual([]);
      expect((await listAll(store)).length).toBeLessThanOrEqual(2);
      await collectGarbage(store);
      expect(await listAll(store)).toEqual([]);
      return !isDone;
    });
    expect(calls).toBeGreaterThan(10);
  });

  // A copy found the segments of the layer that had its name before it, and relied on them while they were removed.
  it('is finished before a copy gets the name', async () => {
    const store = createMemoryStore();
    await writeLayer(store, smallPlane(1), { ...smallOptions, layer: 'b' });
    await copyLayer(store, { layer: 'b', to: 'a' });
    let isTried = false;
    const racing: BlobStore = {
      ...store,
      delete: async (path, options) => {
        if (path.endsWith('.seg') && !isTried) {
          isTried = true;
          await expect(copyLayer(store, { layer: 'b', to: 'a' })).rejects.toThrow(ConflictError);
        }
        await store.delete(path, options);
      },
    };
    await deleteLayer(racing, 'a');
    expect(isTried).toBe(true);
    await copyLayer(store, { layer: 'b', to: 'a' });
    await expectContent(store, 'a', smallPlane(1));
  });

  it('takes nothing of a layer that is written meanwhile', async () => {
    for (let at = 1; at < 12; at++) {
      const store = await twoSnapshots();
      let deletions = 0;
      const racing: BlobStore = {
        ...store,
        delete: async (path, options) => {
          if (path !== 'layers/a/CURRENT' && ++deletions === at) await overwrite(store, 7);
          await store.delete(path, options);
        },
      };
      await deleteLayer(racing, 'a');
      if (deletions < at) break;
      await expectContent(store, 'a', smallPlane(7));
    }
  });
});

describe('commitManifest', () => {
  it('never takes a number that a deletion has', async () => {
    const store = await twoSnapshots();
    const newest = await openManifest(store, { layer: 'a' });
    await deleteLayer(store, 'a');
    const next = { ...newest, sequence: 3, commitId: 'another' };
    await expect(commitManifest(store, next)).rejects.toThrow(ConflictError);
  });
});
