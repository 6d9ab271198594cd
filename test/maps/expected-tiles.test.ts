import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { LayerReader, writeLayer } from '../../src/layer/index.js';
import { renderMapTile } from '../../src/maps/index.js';
import { openSource } from '../../src/sources/index.js';

const data = new URL('../../../shared/data/', import.meta.url).pathname;
const isThere = existsSync(data);
if (!isThere) console.warn(`skipped: no real data at ${data}`);

/** Pixels of tiles as xarray and PROJ see them, apart from this project. */
interface ExpectedTile {
  readonly layer: string;
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly samples: readonly { readonly px: number; readonly py: number; readonly value: number | null }[];
}

const expectedFile = join(data, 'expected/tiles_nearest_sample.json');
const tiles: ExpectedTile[] = isThere ? JSON.parse(readFileSync(expectedFile, 'utf8')) : [];

describe.skipIf(!isThere)('tiles of real layers', () => {
  const store = createMemoryStore();
  const readers = new Map<string, LayerReader>();
  afterAll(() => Promise.all([...readers.values()].map((reader) => reader.close())));

  async function readerOf(layer: string): Promise<LayerReader> {
    const known = readers.get(layer);
    if (known !== undefined) return known;
    const source = await openSource(join(data, 'zarr', `${layer}.zarr`), { maxChunkBytes: 64 * 1024 * 1024 });
    await writeLayer(store, source, { layer });
    await source.close();
    const reader = await LayerReader.open(store, layer);
    readers.set(layer, reader);
    return reader;
  }

  it.each(tiles.filter(({ layer }) => /^(air_temperature|cmc_glb_t2m)/.test(layer)))(
    'agree at $layer $z/$x/$y',
    async ({ layer, z, x, y, samples }) => {
      const [name = '', , datetime] = layer.split(' ');
      const bytes = await renderMapTile(await readerOf(name), {
        tile: { zoom: z, col: x, row: y },
        format: 'f32',
        ...(datetime !== undefined && { datetime }),
      });
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      for (const { px, py, value } of samples) {
        const found = view.getFloat32((py * 256 + px) * 4, true);
        if (value === null) expect(found).toBeNaN();
        else expect(Math.abs(found - value)).toBeLessThanOrEqual(Math.max(1e-3, Math.abs(value) * 1e-6));
      }
    },
  );
});
