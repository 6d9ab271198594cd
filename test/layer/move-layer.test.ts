import { describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { identityPath, manifestPath, openManifest } from '../../src/catalog/index.js';
import { ConflictError, NotFoundError } from '../../src/errors/index.js';
import { copyLayer, deleteLayer, moveLayer, writeLayer } from '../../src/layer/index.js';
import { expectContent, listAll, smallOptions, smallPlane } from './maintenance-layers.js';

/** A layer `a` with two snapshots, `smallPlane(1)` and `smallPlane(2)`. */
async function twoSnapshots(): Promise<BlobStore> {
  const store = createMemoryStore();
  for (const k of [1, 2]) await writeLayer(store, smallPlane(k), { ...smallOptions, overwrite: true });
  return store;
}

describe('a move', () => {
  it('that was cut short in its deletion is finished', async () => {
    const store = await twoSnapshots();
    const cut: BlobStore = {
      ...store,
      delete: (path, options) =>
        path.endsWith('.seg') ? Promise.reject(new Error('cut short')) : store.delete(path, options),
    };
    await expect(moveLayer(cut, { layer: 'a', to: 'b' })).rejects.toThrow('cut short');
    const moved = await openManifest(store, { layer: 'b' });
    expect(await moveLayer(store, { layer: 'a', to: 'b' })).toEqual(moved);
    await expectContent(store, 'b', smallPlane(2));
    expect(await listAll(store, 'layers/a/')).toEqual([identityPath('a'), manifestPath('a', 4)]);
    await expect(moveLayer(store, { layer: 'a', to: 'b' })).rejects.toThrow(NotFoundError);
  });

  it('that was cut short is finished only for the layer that it made', async () => {
    const store = await twoSnapshots();
    await writeLayer(store, smallPlane(9), { ...smallOptions, layer: 'b' });
    const cut: BlobStore = { ...store, delete: () => Promise.reject(new Error('cut short')) };
    await expect(deleteLayer(cut, 'a')).rejects.toThrow('cut short');
    await expect(moveLayer(store, { layer: 'a', to: 'b' })).rejects.toThrow(NotFoundError);
    await expectContent(store, 'b', smallPlane(9));
  });

  // What follows a manifest was written once more for whatever layer had the name, also one that was no copy of the
  // source: a manifest that somebody had deleted meanwhile was made again.
  it('touches no layer that has the name and is another', async () => {
    const store = await twoSnapshots();
    await writeLayer(store, smallPlane(9), { ...smallOptions, layer: 'b' });
    const changed: string[] = [];
    const watched: BlobStore = {
      ...store,
      put: (path, ...rest) => {
        changed.push(path);
        return store.put(path, ...rest);
      },
      putIfAbsent: (path, ...rest) => {
        changed.push(path);
        return store.putIfAbsent(path, ...rest);
      },
    };
    await expect(moveLayer(watched, { layer: 'a', to: 'b' })).rejects.toThrow(ConflictError);
    await deleteLayer(store, 'a');
    await expect(moveLayer(watched, { layer: 'a', to: 'b' })).rejects.toThrow(NotFoundError);
    expect(changed).toEqual([]);
  });

  it('makes the copy durable that an earlier try left, before the source goes', async () => {
    const store = await twoSnapshots();
    await copyLayer(store, { layer: 'a', to: 'b' });
    const { sequence } = await openManifest(store, { layer: 'b' });
    const calls: string[] = [];
    const watched: BlobStore = {
      ...store,
      putIfAbsent: (path, ...rest) => {
        calls.push(path);
        return store.putIfAbsent(path, ...rest);
      },
    };
    await moveLayer(watched, { layer: 'a', to: 'b' });
    expect(calls).toEqual([manifestPath('b', sequence), manifestPath('a', 3)]);
    await expectContent(store, 'b', smallPlane(2));
  });
});
