import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BlobStore, createMemoryStore, openDirectoryStore } from '../../src/blob/index.js';
import { deleteTag, listLayers, openManifest, writeHint } from '../../src/catalog/index.js';
import { ConflictError, InvalidArgumentError, NotFoundError } from '../../src/errors/index.js';
import {
  collectGarbage,
  compactLayer,
  copyLayer,
  deleteLayer,
  LayerReader,
  reindexLayer,
  rollbackLayer,
  stagingFolder,
  tagSnapshot,
  verifyLayer,
  writeLayer,
} from '../../src/layer/index.js';
import { openStaging } from '../../src/staging/index.js';
import {
  beforeFirstCommit,
  contentOf,
  dyingStore,
  expectContent,
  listAll,
  smallOptions,
  smallPlane,
} from './maintenance-layers.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

function later(hours: number): void {
  vi.setSystemTime(Date.now() + hours * HOUR_MS);
}

/** Snapshots 1 to `count` of layer `a`, the k-th holding `smallPlane(k)`. */
async function snapshots(count: number, store = createMemoryStore()): Promise<BlobStore> {
  for (let k = 1; k <= count; k++) {
    await writeLayer(store, smallPlane(k), { ...smallOptions, overwrite: true });
  }
  return store;
}

describe('collectGarbage', () => {
  it('removes nothing that was needed within the grace time', async () => {
    const store = await snapshots(4);
    const before = await listAll(store);
    later(23);
    const report = await collectGarbage(store, { keep: 1 });
    expect(report).toMatchObject({ segments: 0, snapshots: 0, files: 0, bytes: 0 });
    expect(await listAll(store)).toEqual(before);
  });

  it('keeps two snapshots, and what was the newest a short while ago', async () => {
    const store = await snapshots(3);
    later(48);
    await writeLayer(store, smallPlane(4), { ...smallOptions, overwrite: true });
    await writeLayer(store, smallPlane(5), { ...smallOptions, overwrite: true });
    const report = await collectGarbage(store);
    // 3 was the newest until just now.
    expect(report.layers[0]).toMatchObject({ kept: [3, 4, 5], snapshots: [1, 2] });
    for (const k of [3, 4, 5]) await expectContent(store, 'a', smallPlane(k), k);
    await expect(openManifest(store, { layer: 'a', sequence: 2 })).rejects.toThrow(NotFoundError);
    later(48);
    expect((await collectGarbage(store)).layers[0]).toMatchObject({ kept: [4, 5], snapshots: [3] });
    expect((await collectGarbage(store)).files).toBe(0);
    expect((await listAll(store, 'layers/a/tiles/')).length).toBe(
      2 * (await verifyLayer(store, 'a')).segments,
    );
  });

  it('keeps tagged snapshots until their tag is removed', async () => {
    const store = await snapshots(4);
    await tagSnapshot(store, { layer: 'a', name: 'release', sequence: 1 });
    later(48);
    await collectGarbage(store);
    await expectContent(store, 'a', smallPlane(1), 1);
    await deleteTag(store, { layer: 'a', name: 'release' });
    expect((await collectGarbage(store)).layers[0]).toMatchObject({ snapshots: [1] });
    await expectContent(store, 'a', smallPlane(4));
  });

  it('lists without removing when it only tries', async () => {
    const store = await snapshots(4);
    later(48);
    const before = await listAll(store);
    const tried = await collectGarbage(store, { isDryRun: true });
    expect(await listAll(store)).toEqual(before);
    const done = await collectGarbage(store);
    expect(done.layers).toEqual(tried.layers);
    expect(done.files).toBeGreaterThan(4);
    const after = new Set(await listAll(store));
    expect(before.filter((path) => !after.has(path)).sort()).toEqual([...done.layers[0]!.files].sort());
  });

  it('loses nothing of writers at work, run before each of their calls', async () => {
    const jobs: Record<string, (store: BlobStore) => Promise<unknown>> = {
      overwrite: (store) => writeLayer(store, smallPlane(9), { ...smallOptions, overwrite: true }),
      reindex: (store) => reindexLayer(store, 'a', { curve: 'zorder' }),
      compact: (store) => compactLayer(store, 'a'),
      copy: (store) => copyLayer(store, { layer: 'a', to: 'b' }),
      rollback: (store) => rollbackLayer(store, { layer: 'a', to: 3 }),
      first: (store) => writeLayer(store, smallPlane(9), { ...smallOptions, layer: 'b' }),
    };
    for (const [name, work] of Object.entries(jobs)) {
      const store = await snapshots(4);
      later(48);
      let collected = 0;
      const busy = beforeEachCall(store, async () => {
        collected += (await collectGarbage(store)).files;
      });
      await work(busy);
      const layer = name === 'copy' || name === 'first' ? 'b' : 'a';
      expect(collected, name).toBeGreaterThan(4);
      const wanted = { overwrite: 9, first: 9, rollback: 3 }[name] ?? 4;
      await expectContent(store, layer, smallPlane(wanted));
      await expectContent(store, 'a', smallPlane({ overwrite: 9, rollback: 3 }[name] ?? 4));
    }
  });

  it('takes a copy that shares old segments for new', async () => {
    const store = await snapshots(1);
    later(48);
    // The copy is cut short before its manifest: its segments are nobody's, and their bytes old.
    await copyLayer(dyingStore(store, 9, 'before').store, { layer: 'a', to: 'b' }).catch(() => undefined);
    const linked = await listAll(store, 'layers/b/tiles/');
    expect(linked.length).toBeGreaterThan(0);
    expect((await collectGarbage(store)).files).toBe(0);
    later(48);
    expect([...(await collectGarbage(store)).layers[1]!.files].sort()).toEqual(linked);
    expect(await listAll(store, 'layers/b/')).toEqual([]);
    await expectContent(store, 'a', smallPlane(1));
  });

  it('removes what a first write that never committed has left, and a deletion cut short', async () => {
    for (let k = 1; k < 30; k += 3) {
      const store = createMemoryStore();
      await writeLayer(dyingStore(store, k, 'after').store, smallPlane(1), smallOptions).catch(
        () => undefined,
      );
      const isThere = (await listLayers(store)).length > 0;
      later(48);
      await collectGarbage(store);
      if (!isThere) expect(await listAll(store)).toEqual([]);
      if (isThere) {
        await deleteLayer(dyingStore(store, 9, 'after').store, 'a').catch(() => undefined);
        expect((await listAll(store)).length).toBeGreaterThan(0);
        later(48);
        await collectGarbage(store);
        expect(await listAll(store)).toEqual([]);
      }
    }
  });

  it('leaves a layer alone whose manifests are lost or damaged, names it, and does the others', async () => {
    const store = await snapshots(4);
    for (const layer of ['damaged', 'lost']) await copyLayer(store, { layer: 'a', to: layer });
    const [manifest] = await listAll(store, 'layers/damaged/manifests/');
    await store.put(manifest!, [Buffer.from('{}')]);
    for (const path of await listAll(store, 'layers/lost/manifests/')) await store.delete(path);
    later(48);
    const left = [...(await listAll(store, 'layers/damaged/')), ...(await listAll(store, 'layers/lost/'))];
    const { layers } = await collectGarbage(store);
    expect(layers.map(({ error }) => error !== undefined)).toEqual([false, true, true]);
    expect(layers[0]!.snapshots).toEqual([1, 2]);
    expect([...(await listAll(store, 'layers/damaged/')), ...(await listAll(store, 'layers/lost/'))]).toEqual(
      left,
    );
  });

  it('never leaves a late hint in front of a gap', async () => {
    const store = await snapshots(5);
    await tagSnapshot(store, { layer: 'a', name: 'old', sequence: 1 });
    await writeHint(store, { layer: 'a', sequence: 1 });
    later(48);
    await collectGarbage(store);
    await expectContent(store, 'a', smallPlane(5));
  });

  it('refuses to keep nothing, and a layer that is not there', async () => {
    const store = await snapshots(1);
    await expect(collectGarbage(store, { keep: 0 })).rejects.toThrow(InvalidArgumentError);
    await expect(collectGarbage(store, { graceMs: -1 })).rejects.toThrow(InvalidArgumentError);
    await expect(collectGarbage(store, { layer: 'nope' })).rejects.toThrow(NotFoundError);
  });

  it('stops when it is told to', async () => {
    const store = await snapshots(4);
    later(48);
    const reason = new Error('enough');
    await expect(collectGarbage(store, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('a snapshot that is collected', () => {
  it('answers on from segments a reader has open, and is named where it has not', async () => {
    const root = await mkdtemp(join(tmpdir(), 'tilecurve-garbage-'));
    try {
      const store = await snapshots(1, openDirectoryStore(root));
      const held = await LayerReader.open(store, 'a');
      const one = [{ start: 0, end: 1 }];
      const corner = held.plan({ parameter: 'p', x: one, y: one });
      const before = await held.read(corner);
      for (const k of [2, 3]) await writeLayer(store, smallPlane(k), { ...smallOptions, overwrite: true });
      vi.useRealTimers();
      await collectGarbage(store, { nowMs: Date.now() + 48 * HOUR_MS });
      expect(await held.read(corner)).toEqual(before);
      const failure = await held.read(held.plan({ parameter: 'p' })).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(NotFoundError);
      expect(failure).toMatchObject({ fields: { path: expect.stringContaining('.seg') } });
      const fresh = await held.refresh();
      expect((await fresh.read(fresh.plan({ parameter: 'p' })))[0]).toBe(3000);
      await fresh.close();
      await held.close();
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it('is not brought back when its segments go during a rollback', async () => {
    const store = await snapshots(3);
    const doomed = (await listAll(store, 'layers/a/tiles/')).filter((path) => path.includes('-00000001-'));
    const racing: BlobStore = {
      ...store,
      putIfAbsent: async (path, ...args) => {
        if (path.includes('/manifests/')) for (const segment of doomed) await store.delete(segment);
        return store.putIfAbsent(path, ...args);
      },
    };
    await expect(rollbackLayer(racing, { layer: 'a', to: 1 })).rejects.toThrow(ConflictError);
    await expectContent(store, 'a', smallPlane(3));
    await expect(rollbackLayer(store, { layer: 'a', to: 1 })).rejects.toThrow(NotFoundError);
  });

  it('is not tagged when it goes meanwhile', async () => {
    const store = await snapshots(3);
    const racing: BlobStore = {
      ...store,
      putIfAbsent: async (path, ...args) => {
        await store.delete('layers/a/manifests/00000000000001.json');
        return store.putIfAbsent(path, ...args);
      },
    };
    const tagging = tagSnapshot(racing, { layer: 'a', name: 'late', sequence: 1 });
    await expect(tagging).rejects.toThrow(NotFoundError);
    expect(await listAll(store, 'layers/a/tags/')).toEqual([]);
    expect((await contentOf(store, 'a')).length).toBe(576);
  });
});

describe('staging folders', () => {
  it('go when nobody has them open, and hold back what their writer has not committed', async () => {
    vi.useRealTimers();
    const root = await mkdtemp(join(tmpdir(), 'tilecurve-garbage-'));
    const staging = openStaging({ directory: join(root, 'busy'), memoryBytes: 0 });
    try {
      await staging.put({ run: 1, index: 1, order: [0, 0], bytes: Uint8Array.of(1) });
      await mkdir(join(root, 'stale'));
      for (const name of ['CURRENT', 'LOCK', '000003.log'])
        await writeFile(join(root, 'stale', name), 'torn');
      await mkdir(join(root, 'foreign'));
      await writeFile(join(root, 'foreign', 'thesis.doc'), 'x');
      const store = createMemoryStore();
      for (const layer of ['busy', 'idle']) {
        const dying = dyingStore(store, 6, 'after').store;
        await writeLayer(dying, smallPlane(1), { ...smallOptions, layer }).catch(() => undefined);
      }
      expect((await collectGarbage(store, { stagingDirectory: root })).staging).toEqual([]);
      const options = { stagingDirectory: root, nowMs: Date.now() + 48 * HOUR_MS };
      const report = await collectGarbage(store, options);
      expect(report.staging).toEqual(['stale']);
      expect((await readdir(root)).sort()).toEqual(['busy', 'foreign']);
      expect((await listAll(store, 'layers/busy/')).length).toBeGreaterThan(0);
      expect(await listAll(store, 'layers/idle/')).toEqual([]);
    } finally {
      await staging.destroy();
      await rm(root, { recursive: true });
    }
  });
});

describe('staging folders of updates', () => {
  // A collection of one layer left them for good: they were called like the layer and a number.
  it('go with those of their layer, and are not taken for those of another', async () => {
    vi.useRealTimers();
    const root = await mkdtemp(join(tmpdir(), 'tilecurve-garbage-'));
    try {
      const names = [
        stagingFolder(root, 'a', 7),
        `${stagingFolder(root, 'a', 7)}.levels`,
        stagingFolder(root, 'a-7'),
      ];
      for (const folder of names) {
        await mkdir(folder);
        await writeFile(join(folder, 'CURRENT'), 'torn');
      }
      const options = { stagingDirectory: root, nowMs: Date.now() + 48 * HOUR_MS };
      await collectGarbage(await snapshots(1), { ...options, layer: 'a' });
      expect(await readdir(root)).toEqual(['a-7']);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

describe('a layer that was deleted', () => {
  // Killed while it wrote the head of its only snapshot, then deleted: the collection took it for a layer that had
  // lost its manifests, and failed.
  it('is not a lost one because a put into its folder never ended', async () => {
    vi.useRealTimers();
    const root = await mkdtemp(join(tmpdir(), 'tilecurve-garbage-'));
    try {
      const store = openDirectoryStore(root);
      await writeLayer(store, smallPlane(1), smallOptions);
      await writeFile(join(root, 'layers/a/heads/.tmp#1'), 'torn');
      await deleteLayer(store, 'a');
      const report = await collectGarbage(store, { graceMs: 0, nowMs: Date.now() + 1000 });
      expect(report).toMatchObject({ layers: [{ layer: 'a', snapshots: [] }], temporaryFiles: 1 });
      expect(report.layers[0]!.error).toBeUndefined();
      expect(await readdir(root)).toEqual([]);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

describe('a collection that a deletion overtakes', () => {
  it('finds nothing to do', async () => {
    const inner = await snapshots(3);
    let lists = 0;
    const store: BlobStore = {
      ...inner,
      async *list(prefix, options) {
        // Between the first look at the manifests and the plan: that had no newest one, a TypeError.
        if (prefix.endsWith('/manifests/') && ++lists === 2) await deleteLayer(inner, 'a');
        yield* inner.list(prefix, options);
      },
    };
    const { layers } = await collectGarbage(store, { layer: 'a', keep: 1, graceMs: 0 });
    expect(layers).toMatchObject([{ layer: 'a', kept: [], files: [] }]);
    expect(await listAll(inner)).toEqual(['layers/a/layer.json', 'layers/a/manifests/00000000000004.json']);
  });
});

describe('a deletion cut short that a writer overtakes', () => {
  // The conflict ended the collection of the whole store.
  it('is nothing to collect', async () => {
    const inner = await snapshots(1);
    const { store: dying } = dyingStore(inner, 9, 'after');
    await expect(deleteLayer(dying, 'a')).rejects.toThrow();
    later(48);
    let isWritten = false;
    const store: BlobStore = {
      ...inner,
      async *list(prefix, options) {
        if (prefix === 'layers/a/' && !isWritten) {
          isWritten = true;
          await writeLayer(inner, smallPlane(2), smallOptions);
        }
        yield* inner.list(prefix, options);
      },
    };
    expect(await collectGarbage(store)).toMatchObject({ layers: [{ layer: 'a', files: [] }] });
    expect(isWritten).toBe(true);
    await expectContent(inner, 'a', smallPlane(2));
  });
});

describe('a deletion while a layer is written', () => {
  // The segments of a write carry the number that the deletion takes and used to give back: they were removed with the
  // layer, and the write committed a manifest of segments that were gone.
  it('ends the write that it overtakes, and leaves the one that comes after it whole', async () => {
    const store = await snapshots(1);
    const overwrite = (to: BlobStore) => writeLayer(to, smallPlane(2), { ...smallOptions, overwrite: true });
    const overtaken = beforeFirstCommit(store, () => deleteLayer(store, 'a'));
    await expect(overwrite(overtaken)).rejects.toThrow(ConflictError);
    expect(await listAll(store, 'layers/a/tiles/')).toEqual([]);
    await overwrite(store);
    await expectContent(store, 'a', smallPlane(2));
  });

  it('that was cut short is finished under a later write without harm', async () => {
    const store = await snapshots(1);
    const { store: dying } = dyingStore(store, 9, 'after');
    await expect(deleteLayer(dying, 'a')).rejects.toThrow();
    expect(await listLayers(store)).toEqual([]);
    later(48);
    const collected = beforeFirstCommit(store, () => collectGarbage(store, { layer: 'a' }));
    await writeLayer(collected, smallPlane(2), smallOptions);
    await expectContent(store, 'a', smallPlane(2));
    expect((await verifyLayer(store, 'a')).faults).toEqual([]);
  });
});

/** A store that does something before each call that changes it. */
function beforeEachCall(store: BlobStore, work: () => Promise<void>): BlobStore {
  return {
    ...store,
    put: async (...args) => {
      await work();
      return store.put(...args);
    },
    putIfAbsent: async (...args) => {
      await work();
      return store.putIfAbsent(...args);
    },
    link: async (...args) => {
      await work();
      return store.link(...args);
    },
  };
}
