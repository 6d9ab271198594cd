import { describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { listLayers, manifestFolder } from '../../src/catalog/index.js';
import { ConflictError, NotFoundError } from '../../src/errors/index.js';
import {
  collectGarbage,
  compactLayer,
  copyLayer,
  moveLayer,
  rebuildLayer,
  reindexLayer,
  rollbackLayer,
  tagSnapshot,
  verifyLayer,
  writeLayer,
} from '../../src/layer/index.js';
import type { ArraySource } from './array-source.js';
import {
  atEveryCall,
  cellsOf,
  contentOf,
  dyingStore,
  expectContent,
  listAll,
  smallOptions,
  smallPlane,
} from './maintenance-layers.js';

/** Both snapshots of a layer `a`: the older holds `smallPlane(1)`, the newer `smallPlane(0)`. */
async function twoSnapshots(): Promise<{ store: BlobStore; source: ArraySource }> {
  const store = createMemoryStore();
  await writeLayer(store, smallPlane(1), smallOptions);
  const source = smallPlane(0);
  await writeLayer(store, source, { ...smallOptions, overwrite: true });
  return { store, source };
}

/** Dies at each call of `work`, looks at what is left, and lets a second process run it again. */
async function survives(job: {
  readonly prepare: () => Promise<{ store: BlobStore; source: ArraySource }>;
  readonly work: (store: BlobStore) => Promise<unknown>;
  readonly between: (store: BlobStore, source: ArraySource) => Promise<void>;
  readonly after: (store: BlobStore, source: ArraySource) => Promise<void>;
  /** What the second run may say when the first had done it all. */
  readonly done?: new (
    ...args: never[]
  ) => Error;
}): Promise<void> {
  const calls = await atEveryCall(async ({ k, dies }) => {
    const { store, source } = await job.prepare();
    const dying = dyingStore(store, k, dies);
    const outcome = await job.work(dying.store).then(
      () => 'done',
      (error: unknown) => error,
    );
    if (!dying.isDead()) {
      expect(outcome).toBe('done');
      return false;
    }
    await job.between(store, source);
    await job.work(store).catch((error: unknown) => {
      if (!job.done || !(error instanceof job.done)) throw error;
    });
    await job.after(store, source);
    return true;
  });
  expect(calls).toBeGreaterThan(5);
}

const unchanged = (store: BlobStore, source: ArraySource) => expectContent(store, 'a', source);

describe('cut short at any call of the store, and run again', () => {
  it('a reindexing leaves the layer readable, then finishes', async () => {
    await survives({
      prepare: twoSnapshots,
      work: (store) => reindexLayer(store, 'a', { curve: 'rowmajor', tileShape: { row: 5 } }),
      between: unchanged,
      after: unchanged,
    });
  });

  it('a compaction leaves the layer readable, then finishes', async () => {
    await survives({
      prepare: twoSnapshots,
      work: (store) => compactLayer(store, 'a'),
      between: unchanged,
      after: async (store, source) => {
        await unchanged(store, source);
        const reader = await verifyLayer(store, 'a');
        expect(reader.segments).toBe(1);
      },
    });
  });

  it('a copy shows no half of the new layer, then finishes', async () => {
    await survives({
      prepare: twoSnapshots,
      work: (store) => copyLayer(store, { layer: 'a', to: 'b' }),
      between: async (store, source) => {
        await unchanged(store, source);
        if ((await listLayers(store)).includes('b')) await expectContent(store, 'b', source);
      },
      after: (store, source) => expectContent(store, 'b', source),
      done: ConflictError,
    });
  });

  it('a move is never a moment without the layer, then finishes', async () => {
    await survives({
      prepare: twoSnapshots,
      work: (store) => moveLayer(store, { layer: 'a', to: 'b' }),
      between: async (store, source) => {
        const layers = await listLayers(store);
        expect(layers.length).toBeGreaterThan(0);
        for (const layer of layers) await expectContent(store, layer, source);
      },
      after: async (store, source) => {
        await expectContent(store, 'b', source);
        expect(await listLayers(store)).toEqual(['b']);
      },
      done: NotFoundError,
    });
  });

  it('a rollback shows one snapshot or the other, then finishes', async () => {
    const older = cellsOf(smallPlane(1));
    await survives({
      prepare: twoSnapshots,
      work: (store) => rollbackLayer(store, { layer: 'a', to: 1 }),
      between: async (store, source) => {
        expect([cellsOf(source), older]).toContainEqual(await contentOf(store, 'a'));
      },
      after: (store) => expectContent(store, 'a', smallPlane(1)),
    });
  });

  it('a rebuilding shows no layer or the whole, then finishes', async () => {
    await survives({
      prepare: async () => {
        const made = await twoSnapshots();
        for (const path of await listAll(made.store, manifestFolder('a'))) await made.store.delete(path);
        return made;
      },
      work: (store) => rebuildLayer(store, 'a'),
      between: async (store, source) => {
        const content = await contentOf(store, 'a').catch((error: unknown) => error);
        if (!(content instanceof NotFoundError)) expect(content).toEqual(cellsOf(source));
      },
      after: unchanged,
      done: ConflictError,
    });
  });

  it('a collection of garbage harms no snapshot that stays, then finishes', async () => {
    const work = (store: BlobStore) => collectGarbage(store, { keep: 1, graceMs: 0 });
    const prepare = async () => {
      const made = await twoSnapshots();
      await tagSnapshot(made.store, { layer: 'a', name: 'keep', sequence: 1 });
      await writeLayer(made.store, smallPlane(2), { ...smallOptions, overwrite: true });
      await writeLayer(made.store, made.source, { ...smallOptions, overwrite: true });
      return made;
    };
    const sound = async (store: BlobStore, source: ArraySource) => {
      await expectContent(store, 'a', source);
      await expectContent(store, 'a', smallPlane(1), 1);
    };
    await survives({
      prepare,
      work,
      between: sound,
      after: async (store, source) => {
        await sound(store, source);
        expect(await listAll(store, manifestFolder('a'))).toHaveLength(2);
        expect((await listAll(store, 'layers/a/heads/')).length).toBe(2);
        const report = await verifyLayer(store, 'a');
        expect(report.unlisted.length).toBe((await verifyLayer(store, 'a', { sequence: 1 })).segments);
      },
    });
  });
});
