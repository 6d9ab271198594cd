import { createMemoryStore } from '../../src/blob/index.js';
import { type CellIndexes, hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from '../service/running-service.js';

/** Value of the parameter `p` of the layer `deep`. */
export function deepValue({ t = 0, z = 0, y = 0, x = 0, number = 0 }: CellIndexes): number {
  return 1 + number * 1000 + z * 400 + t * 10 + y + x / 40;
}

/**
 * A service with the page over two layers of the world: `deep` with 24 times, three levels and two members, and
 * `flat` with three times.
 */
export async function startWorld(pageDirectory: string): Promise<RunningService> {
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
  await memoryLayer(
    worldGrid({ t: hours(3) }),
    [{ id: 'r', axes: ['t'], valueAt: ({ t = 0, y = 0 }) => t + y }],
    { store, layer: 'flat', title: 'Flat' },
  );
  return startService(store, { pageDirectory });
}
