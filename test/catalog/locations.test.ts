import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import {
  type Location,
  listLayers,
  parseLocationFeatures,
  putLocations,
  readLocations,
} from '../../src/catalog/index.js';
import { CorruptionError, InvalidArgumentError } from '../../src/errors/index.js';
import { collectGarbage, copyLayer, deleteLayer, moveLayer, verifyLayer } from '../../src/layer/index.js';
import { memoryLayer, worldGrid } from '../edr/memory-layer.js';

const path = 'layers/world/locations.json';
const town: Location = { id: 'town', title: 'Town', geometry: { type: 'Point', coordinates: [10, 45] } };

async function layerWithTown() {
  const store = createMemoryStore();
  await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt: ({ x = 0 }) => x }], {
    store,
    layer: 'world',
  });
  await putLocations(store, { layer: 'world', locations: [town] });
  return store;
}

describe('locations of a layer', () => {
  it('are read as they were put, replaced by the next, and gone with an empty list', async () => {
    const store = await layerWithTown();
    expect(await readLocations(store, 'world')).toEqual([town]);
    const other = { ...town, id: 'other' };
    await putLocations(store, { layer: 'world', locations: [other, town] });
    expect(await readLocations(store, 'world')).toEqual([other, town]);
    await putLocations(store, { layer: 'world', locations: [] });
    expect(await readLocations(store, 'world')).toEqual([]);
    expect(await store.stat(path)).toBeUndefined();
  });

  it('are not believed when a byte is another, or missing', async () => {
    const store = await layerWithTown();
    const bytes = await store.get(path);
    for (let i = 0; i < bytes.length; i++) {
      const flipped = Uint8Array.from(bytes);
      flipped[i]! ^= 1;
      for (const damaged of [flipped, bytes.subarray(0, i)]) {
        await store.put(path, [damaged]);
        await expect(readLocations(store, 'world')).rejects.toThrow(CorruptionError);
      }
    }
  });

  it('that are damaged are named by verify, and end a copy before there is one', async () => {
    const store = await layerWithTown();
    await store.put(path, [new TextEncoder().encode('damaged')]);
    expect((await verifyLayer(store, 'world')).faults).toMatchObject([{ path }]);
    await expect(copyLayer(store, { layer: 'world', to: 'copy' })).rejects.toThrow(CorruptionError);
    await expect(moveLayer(store, { layer: 'world', to: 'copy' })).rejects.toThrow(CorruptionError);
    expect(await listLayers(store)).toEqual(['world']);
  });

  it('stay through a collection of garbage', async () => {
    const store = await layerWithTown();
    await collectGarbage(store, { graceMs: 0, nowMs: Date.now() + 1000 });
    expect(await readLocations(store, 'world')).toEqual([town]);
  });

  it('are copied, moved and deleted with the layer', async () => {
    const store = await layerWithTown();
    await copyLayer(store, { layer: 'world', to: 'copy' });
    await moveLayer(store, { layer: 'world', to: 'moved' });
    expect(await readLocations(store, 'copy')).toEqual([town]);
    expect(await readLocations(store, 'moved')).toEqual([town]);
    expect(await readLocations(store, 'world')).toEqual([]);
    await deleteLayer(store, 'copy');
    expect(await store.stat('layers/copy/locations.json')).toBeUndefined();
  });

  it('of a copy are none when the layer has none, whatever lay in its folder', async () => {
    const store = await layerWithTown();
    await putLocations(store, { layer: 'copy', locations: [town] });
    await putLocations(store, { layer: 'world', locations: [] });
    await copyLayer(store, { layer: 'world', to: 'copy' });
    expect(await readLocations(store, 'copy')).toEqual([]);
  });
});

const feature = (geometry: unknown, others: object = {}) => ({
  type: 'Feature',
  id: 'a',
  geometry,
  ...others,
});
const collection = (...features: unknown[]) => ({ type: 'FeatureCollection', features });
const point = { type: 'Point', coordinates: [1, 2] };
const ring = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
];

describe('the features of a file', () => {
  it('become locations: ids from feature or properties, titles from names, without altitudes', () => {
    const file = collection(
      { ...feature({ type: 'Point', coordinates: [1, 2, 300] }), id: 7 },
      {
        ...feature({ type: 'Polygon', coordinates: [ring] }),
        id: undefined,
        properties: { id: 'b', name: 'Bee' },
      },
      feature({ type: 'MultiPolygon', coordinates: [[ring]] }, { properties: { title: 'Sea' } }),
    );
    expect(parseLocationFeatures(file)).toEqual([
      { id: '7', title: '7', geometry: point },
      { id: 'b', title: 'Bee', geometry: { type: 'Polygon', coordinates: [ring] } },
      { id: 'a', title: 'Sea', geometry: { type: 'MultiPolygon', coordinates: [[ring]] } },
    ]);
  });

  it.each([
    ['nothing', undefined],
    ['a feature alone', feature(point)],
    ['no features', collection()],
    ['null as a feature', collection(null)],
    ['no id', collection({ ...feature(point), id: undefined })],
    ['an empty id', collection({ ...feature(point), id: '' })],
    ['an id with a comma', collection({ ...feature(point), id: 'a,b' })],
    ['an id with a slash', collection({ ...feature(point), id: 'a/b' })],
    ['an id with a line break', collection({ ...feature(point), id: 'a\nb' })],
    ['a long id', collection({ ...feature(point), id: 'a'.repeat(201) })],
    ['the same id twice', collection(feature(point), feature(point))],
    ['no geometry', collection(feature(null))],
    ['a line', collection(feature({ type: 'LineString', coordinates: ring }))],
    ['no coordinates', collection(feature({ type: 'Point' }))],
    ['texts as coordinates', collection(feature({ type: 'Point', coordinates: ['1', '2'] }))],
    ['a latitude of 91', collection(feature({ type: 'Point', coordinates: [0, 91] }))],
    ['metres', collection(feature({ type: 'Point', coordinates: [500_000, 45] }))],
    ['an open ring', collection(feature({ type: 'Polygon', coordinates: [ring.slice(0, 3)] }))],
    [
      'a ring that ends elsewhere',
      collection(feature({ type: 'Polygon', coordinates: [[...ring, [5, 5]]] })),
    ],
    ['no ring', collection(feature({ type: 'Polygon', coordinates: [] }))],
    ['another crs', { ...collection(feature(point)), crs: { properties: { name: 'EPSG:3857' } } }],
    [
      'too many vertices',
      collection(feature({ type: 'Polygon', coordinates: [Array.from({ length: 20_001 }, () => [0, 0])] })),
    ],
    ['too many', collection(...Array.from({ length: 10_001 }, (_, id) => ({ ...feature(point), id })))],
  ])('are refused with %s', (_, file) => {
    expect(() => parseLocationFeatures(file)).toThrow(InvalidArgumentError);
  });
});
