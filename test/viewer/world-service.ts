import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { crsFromId } from '../../src/grid/index.js';
import { type CellIndexes, hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';

/** Value of the parameter `p` of the layer `deep`. */
export function deepValue({ t = 0, z = 0, y = 0, x = 0, number = 0 }: CellIndexes): number {
  return 1 + number * 1000 + z * 400 + t * 10 + y + x / 40;
}

/** Components of the wind of the layer `wind`: everywhere from the south-west, of 5 m/s at the first level. */
export const windAt = ({ z = 0 }: CellIndexes) => ({ east: 3 + z, north: 4 + z });

/**
 * Layers that have what the viewer has to cope with: `deep` with 24 times, three levels, two members and a parameter
 * without any of them; `flat` with three times; `wind` of two components; `slow` in a calendar of its own; `utm`, projected
 * and without time.
 */
export async function worldStore(): Promise<BlobStore> {
  const store = createMemoryStore();
  const grid = worldGrid({ t: hours(24), z: levels(1000, 500, 100), custom: [regular('number', 0, 1, 2)] });
  await memoryLayer(
    grid,
    [
      { id: 'p', axes: ['t', 'z', 'number'], valueAt: deepValue },
      { id: 'q', axes: [], valueAt: ({ x = 0, y = 0 }) => (x === 3 ? Number.NaN : x - y) },
    ],
    { store, layer: 'deep', title: 'Deep', tileShape: { t: 6, row: 6, col: 6 } },
  );
  const wave = ({ t = 0, y = 0 }: CellIndexes) => t + y;
  await memoryLayer(worldGrid({ t: hours(3) }), [{ id: 'r', axes: ['t'], valueAt: wave }], {
    store,
    layer: 'flat',
    title: 'Flat',
  });
  await memoryLayer(
    worldGrid({ z: levels(1000, 500) }),
    [
      { id: 'u10', unit: 'm s-1', axes: ['z'], valueAt: (at) => windAt(at).east },
      { id: 'v10', unit: 'm s-1', axes: ['z'], valueAt: (at) => windAt(at).north },
    ],
    { store, layer: 'wind', title: 'Wind' },
  );
  const monthly = { ...regular('time', 0, 2_592_000_000, 2), calendar: '360_day' } as const;
  await memoryLayer(worldGrid({ t: monthly }), [{ id: 'rain', axes: ['t'], valueAt: wave }], {
    store,
    layer: 'slow',
    title: 'Twelve months of thirty days',
  });
  const utm = {
    crs: crsFromId('EPSG:32634'),
    x: regular('x', 500_000, 1000, 60),
    y: regular('y', 5_300_000, -1000, 60),
    custom: [],
  };
  await memoryLayer(utm, [{ id: 'height', axes: [], valueAt: ({ x = 0, y = 0 }) => 10 * x + y }], {
    store,
    layer: 'utm',
    title: 'Scene',
  });
  return store;
}
