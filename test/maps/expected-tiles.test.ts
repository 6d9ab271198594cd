import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { LayerReader, writeLayer } from '../../src/layer/index.js';
import { resamplings } from '../../src/maps/index.js';
import { openSource } from '../../src/sources/index.js';
import { tileFloats } from './tile-floats.js';

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

/** Made by tools/make-expected-tiles.py. */
const ours: readonly {
  readonly source: string;
  readonly tile: readonly [zoom: number, col: number, row: number];
  readonly samples: readonly [
    px: number,
    py: number,
    nearest: number | null,
    bilinear: number | null,
    slack: number,
  ][];
}[] = JSON.parse(readFileSync(new URL('expected-tiles.json', import.meta.url), 'utf8'));

describe.skipIf(!isThere)('tiles of real layers', () => {
  const store = createMemoryStore();
  const readers = new Map<string, LayerReader>();
  afterAll(() => Promise.all([...readers.values()].map((reader) => reader.close())));

  /** With native cells only, as those who computed the pixels had no others. */
  async function readerOf(location: string): Promise<LayerReader> {
    const known = readers.get(location);
    if (known !== undefined) return known;
    const layer = basename(location).replace(/\.\w+$/, '');
    const source = await openSource(join(data, location), { maxChunkBytes: 64 * 1024 * 1024 });
    await writeLayer(store, source, { layer, levels: 1 });
    await source.close();
    const reader = await LayerReader.open(store, layer);
    readers.set(location, reader);
    return reader;
  }

  it.each(tiles.filter(({ layer }) => /^(air_temperature|cmc_glb_t2m)/.test(layer)))(
    'agree at $layer $z/$x/$y',
    async ({ layer, z, x, y, samples }) => {
      const [name = '', , datetime] = layer.split(' ');
      const values = await tileFloats(await readerOf(`zarr/${name}.zarr`), {
        tile: { zoom: z, col: x, row: y },
        ...(datetime !== undefined && { datetime }),
      });
      for (const { px, py, value } of samples) expectNear(values[py * 256 + px]!, value);
    },
  );

  it.each(ours)('agree in both resamplings at $source $tile', async ({ source, tile, samples }) => {
    const reader = await readerOf(source);
    const [zoom, col, row] = tile;
    const parameter = source.includes('coads') ? { parameter: 'SST' } : {};
    const request = { tile: { zoom, col, row }, ...parameter };
    for (const [k, resampling] of resamplings.entries()) {
      const values = await tileFloats(reader, { ...request, resampling });
      for (const [px, py, nearest, bilinear, slack] of samples) {
        // Slack is of an eighth of a pixel at the corners of a square around it.
        expectNear(values[py * 256 + px]!, k === 0 ? nearest : bilinear, k === 0 ? 0 : slack);
      }
    }
  });
});

function expectNear(found: number, value: number | null, slack = 0): void {
  if (value === null) expect(found).toBeNaN();
  else expect(Math.abs(found - value)).toBeLessThanOrEqual(slack + Math.max(1e-3, Math.abs(value) * 1e-6));
}
