import { beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import {
  commitManifest,
  currentPath,
  listLayerSnapshots,
  listLayers,
  manifestPath,
  openManifest,
  writeHint,
} from '../../src/catalog/index.js';
import { deleteLayer } from '../../src/layer/index.js';
import { sampleManifest } from './sample-manifest.js';

const LAYERS = 10_000;
const HOUR_MS = 3_600_000;

/** A store that counts its calls by name, and those that touch a manifest's bytes. */
function countingStore(inner: BlobStore) {
  const calls: Record<string, number> = {};
  const count = (name: string) => {
    calls[name] = (calls[name] ?? 0) + 1;
  };
  const store: BlobStore = {
    ...inner,
    get: (path, ...args) => {
      count(path.includes('/manifests/') ? 'manifest' : 'get');
      return inner.get(path, ...args);
    },
    stat: (...args) => {
      count('stat');
      return inner.stat(...args);
    },
    listNames: (...args) => {
      count('listNames');
      return inner.listNames(...args);
    },
    list: (...args) => {
      count('list');
      return inner.list(...args);
    },
  };
  return { store, calls };
}

describe('a store of 10,000 layers', () => {
  const store = createMemoryStore();
  const name = (i: number) => `layer-${String(i).padStart(5, '0')}`;

  beforeAll(async () => {
    for (let i = 0; i < LAYERS; i++) await commitManifest(store, sampleManifest(name(i), 1));
  }, HOUR_MS);

  it('is listed without reading a manifest', async () => {
    const counting = countingStore(store);
    const layers = await listLayerSnapshots(counting.store);
    expect(layers).toHaveLength(LAYERS);
    expect(layers[1234]).toEqual({ layer: name(1234), snapshot: 1 });
    expect(counting.calls).toEqual({ listNames: 1, get: LAYERS, stat: LAYERS });
  });

  it('opens one layer by reading one manifest', async () => {
    const counting = countingStore(store);
    await openManifest(counting.store, { layer: name(77) });
    expect(counting.calls).toEqual({ get: 1, stat: 2, manifest: 1 });
  });
});

describe('listLayers', () => {
  it('finds layers whatever their hints say, and none that was deleted or never committed', async () => {
    const store = createMemoryStore();
    for (const layer of ['late', 'hintless', 'damaged', 'gone', 'half-gone']) {
      await commitManifest(store, sampleManifest(layer, 1));
      await commitManifest(store, sampleManifest(layer, 2));
    }
    await writeHint(store, { layer: 'late', sequence: 1 });
    await store.delete(currentPath('hintless'));
    await store.put(currentPath('damaged'), [Buffer.from('2')]);
    await store.put(manifestPath('damaged', 2), [Buffer.from('{')]);
    await deleteLayer(store, 'gone');
    const cut: BlobStore = {
      ...store,
      delete: async (path) => {
        if (path !== currentPath('half-gone')) throw new Error('cut short');
        return store.delete(path);
      },
    };
    await expect(deleteLayer(cut, 'half-gone')).rejects.toThrow('cut short');
    await store.put('layers/never/tiles/0/p/all/x.seg', [Uint8Array.of(1)]);
    expect(await listLayerSnapshots(store)).toEqual([
      { layer: 'damaged', snapshot: 2 },
      { layer: 'hintless', snapshot: 2 },
      { layer: 'late', snapshot: 2 },
    ]);
    expect(await listLayers(store)).toEqual(['damaged', 'hintless', 'late']);
  });

  it('does not show a layer whose deletion ended right after its mark was made', async () => {
    const store = createMemoryStore();
    await commitManifest(store, sampleManifest('a', 1));
    const cut: BlobStore = { ...store, delete: () => Promise.reject(new Error('cut short')) };
    await expect(deleteLayer(cut, 'a')).rejects.toThrow('cut short');
    expect(await listLayers(store)).toEqual([]);
  });
});
