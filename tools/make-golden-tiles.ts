import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMemoryStore } from '../src/blob/index.js';
import { CRS84, crsFromId, type Grid } from '../src/grid/index.js';
import { LayerReader, writeLayer } from '../src/layer/index.js';
import { renderMapTile, type TileRequest } from '../src/maps/index.js';
import { allocateCells } from '../src/raster/index.js';

/** Where the pictures are kept: tsx tools/make-golden-tiles.ts writes them anew; look at them before they are committed. */
export const goldenFolder = fileURLToPath(new URL('../test/golden/tiles/', import.meta.url));

const axis = (name: string, start: number, step: number, count: number) =>
  ({ name, coordinates: { kind: 'regular', start, step, count } }) as const;

const grids: Readonly<Record<string, Grid>> = {
  world: { crs: CRS84, x: axis('lon', 0, 3, 120), y: axis('lat', 90, -3, 61), custom: [] },
  arctic: {
    crs: crsFromId('EPSG:3413'),
    x: axis('x', -3_800_000, 100_000, 77),
    y: axis('y', 3_800_000, -100_000, 77),
    custom: [],
  },
};

/** Name of the picture, layer, and what is asked of it. */
export const goldenTiles: readonly { name: string; layer: string; request: Omit<TileRequest, 'format'> }[] = [
  { name: 'world-nearest', layer: 'world', request: { tile: { zoom: 0, col: 0, row: 0 } } },
  {
    name: 'world-bilinear-seam',
    layer: 'world',
    request: { tile: { zoom: 2, col: 1, row: 1 }, resampling: 'bilinear' },
  },
  { name: 'arctic-nearest', layer: 'arctic', request: { tile: { zoom: 2, col: 1, row: 0 } } },
  {
    name: 'arctic-bilinear',
    layer: 'arctic',
    request: { tile: { zoom: 1, col: 0, row: 0 }, resampling: 'bilinear', style: 'turbo' },
  },
];

/** The pictures by name, as PNG. */
export async function drawGoldenTiles(): Promise<Map<string, Uint8Array>> {
  const store = createMemoryStore();
  for (const layer of Object.keys(grids)) await writeWaves(store, layer);
  const pictures = new Map<string, Uint8Array>();
  for (const { name, layer, request } of goldenTiles) {
    const reader = await LayerReader.open(store, layer);
    pictures.set(name, await renderMapTile(reader, { ...request, format: 'png' }));
    await reader.close();
  }
  return pictures;
}

/** A smooth field with a round hole. */
async function writeWaves(store: ReturnType<typeof createMemoryStore>, layer: string): Promise<void> {
  const grid = grids[layer]!;
  const [rows, cols] = [grid.y.coordinates, grid.x.coordinates].map(
    (one) => (one as { count: number }).count,
  );
  const shape = [rows!, cols!];
  await writeLayer(
    store,
    {
      location: 'computed',
      title: layer,
      grid,
      attributes: {},
      parameters: [
        {
          ...{ id: 'waves', title: 'Waves', type: 'float32', scale: 1, offset: 0, axes: [], attributes: {} },
          ...{ dims: [grid.y.name, grid.x.name], shape, chunkShape: shape },
        } as never,
      ],
      async read(_, { start, end }) {
        const size = [end[0]! - start[0]!, end[1]! - start[1]!] as const;
        const cells = allocateCells('float32', size[0] * size[1]);
        for (let k = 0; k < cells.length; k++) {
          const [row, col] = [start[0]! + Math.floor(k / size[1]), start[1]! + (k % size[1])];
          const isHole = Math.hypot(row - rows! / 3, col - cols! / 3) < 5;
          cells[k] = isHole ? Number.NaN : Math.sin(row / 6) * 10 + Math.cos((col / cols!) * 8 * Math.PI) * 5;
        }
        return { type: 'float32', shape: [...size], cells };
      },
      async close() {},
    },
    { layer, levels: 1 },
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(goldenFolder, { recursive: true });
  for (const [name, bytes] of await drawGoldenTiles())
    await writeFile(join(goldenFolder, `${name}.png`), bytes);
}
