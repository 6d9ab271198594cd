import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PMTiles, tileIdToZxy } from 'pmtiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/blob/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { CRS84 } from '../../src/grid/index.js';
import { LayerReader } from '../../src/layer/index.js';
import { planTileSet, type TileSetRequest } from '../../src/maps/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from '../service/running-service.js';
import {
  filesBelow,
  makeFolder,
  removeFolders,
  tilecurve,
  tilecurveFails,
  tilecurveJson,
} from './command-line.js';
import { FileSource } from './file-source.js';

let folder: string;
let location: string;
let service: RunningService;

beforeAll(async () => {
  folder = await makeFolder();
  location = join(folder, 'store');
  await mkdir(location);
  const store = openStore(location);
  const custom = [regular('number', 0, 1, 2)];
  const axes = ['t', 'z', 'number'];
  const valueAt = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }) =>
    x === 5 && y === 5 ? Number.NaN : x * 3 + y * 2 + t * 50 + z * 20 + number * 7;
  await memoryLayer(worldGrid({ t: hours(2), z: levels(850, 500), custom }), [{ id: 'p', axes, valueAt }], {
    store,
    layer: 'world',
  });
  // Values in the middle, none around it.
  const isInside = (x: number, y: number) => x >= 25 && x < 40 && y >= 20 && y < 45;
  await memoryLayer(
    { crs: CRS84, x: regular('lon', 5.05, 0.1, 60), y: regular('lat', 47.95, -0.1, 60), custom: [] },
    [
      {
        id: 'q',
        axes: [],
        type: 'float32',
        valueAt: ({ x = 0, y = 0 }) => (isInside(x, y) ? x - y : Number.NaN),
      },
    ],
    { store, layer: 'spot' },
  );
  await memoryLayer(
    { crs: CRS84, x: regular('lon', 0, 1, 10), y: regular('lat', 0, 1, 10), custom: [] },
    [{ id: 'none', axes: [], valueAt: () => Number.NaN }],
    { store, layer: 'empty' },
  );
  service = await startService(store);
});

afterAll(async () => {
  await service.close();
  await removeFolders();
});

const openArchive = async (file: string) => new PMTiles(new FileSource(await readFile(file)));

const asked = (layer: string, to: string, ...others: string[]) => [
  ...[
    'export',
    '--store',
    location,
    '--layer',
    layer,
    '--to',
    join(folder, to) + (to.endsWith('/') ? '/' : ''),
  ],
  ...others,
];

interface Exported {
  readonly tiles: number;
  readonly empty: number;
  readonly contents: number;
  readonly bytes: number;
  readonly minZoom: number;
  readonly maxZoom: number;
}

async function served(path: string): Promise<Buffer> {
  const answer = await service.get(path);
  expect([path, answer.status]).toEqual([path, 200]);
  return Buffer.from(await answer.arrayBuffer());
}

describe('tilecurve export', () => {
  it('writes the tiles that the service answers with as PMTiles', async () => {
    const choice = [
      '--datetime',
      '2020-01-01T00:00Z',
      '--z',
      '500',
      '--axis',
      'number=1',
      '--style',
      'rdbu_r',
    ];
    const args = asked('world', 'world.pmtiles', ...choice, '--range', '0,300', '--zooms', '0-3');
    const exported = await tilecurveJson<Exported>(args);
    expect(exported).toMatchObject({ tiles: 85, empty: 0, minZoom: 0, maxZoom: 3 });
    const archive = await openArchive(join(folder, 'world.pmtiles'));
    for (let id = 0; id < 85; id++) {
      const [z, x, y] = tileIdToZxy(id);
      const query = 'datetime=2020-01-01T00:00Z&z=500&number=1&style=rdbu_r&range=0,300';
      const found = await archive.getZxy(z, x, y);
      expect(
        Buffer.from(found!.data).equals(await served(`/tiles/world/${z}/${x}/${y}.png?${query}`)),
        `${id}`,
      ).toBe(true);
    }
    expect(await archive.getZxy(4, 0, 0)).toBeUndefined();
    expect(await archive.getMetadata()).toMatchObject({
      format: 'png',
      minzoom: 0,
      maxzoom: 3,
      bounds: [-180, -90, 180, 90],
      parameter: 'p',
      legend: { unit: 'K', key: { kind: 'ramp', range: [0, 300] } },
    });
    expect(await filesBelow(folder).then((files) => files.filter((file) => file.includes('.part')))).toEqual(
      [],
    );
  });

  it('leaves out tiles without values, and stops at the zoom of the cells', async () => {
    const whole = await tilecurveJson<Exported>(asked('spot', 'whole.pmtiles'));
    // 0.1 degrees are 360 / 256 / 2^z degrees at about zoom 4.
    expect([whole.minZoom, whole.maxZoom]).toEqual([0, 4]);
    const exported = await tilecurveJson<Exported>(
      asked('spot', 'spot.pmtiles', '--format', 'f32', '--zooms', '6-7'),
    );
    expect(exported.empty).toBeGreaterThan(0);
    const archive = await openArchive(join(folder, 'spot.pmtiles'));
    const { numAddressedTiles, tileType, minZoom, maxZoom } = await archive.getHeader();
    expect([minZoom, maxZoom, tileType]).toEqual([6, 7, 0]);
    let found = 0;
    for (const z of [6, 7]) {
      // Around 5 to 11 degrees east, 42 to 48 north.
      for (let x = 2 ** (z - 1); x < 2 ** (z - 1) + 6; x++) {
        for (let y = 0.3 * 2 ** z; y < 0.4 * 2 ** z; y++) {
          const row = Math.floor(y);
          const tile = await archive.getZxy(z, x, row);
          const own = await served(`/tiles/spot/${z}/${x}/${row}.f32`);
          const values = new Float32Array(Uint8Array.from(own).buffer);
          if (tile === undefined) expect(values.every(Number.isNaN), `${z}/${x}/${row}`).toBe(true);
          else expect(Buffer.from(tile.data).equals(own), `${z}/${x}/${row}`).toBe(true);
          if (tile !== undefined) found++;
        }
      }
    }
    expect([exported.tiles, numAddressedTiles]).toEqual([found, found]);
    expect(await archive.getMetadata()).toMatchObject({ encoding: { type: 'float32', byteOrder: 'little' } });
  });

  it('writes a folder with TileJSON', async () => {
    const exported = await tilecurveJson<Exported>(
      asked('world', 'tiles/', '--zooms', '2', '--bbox', '10,-60,-170,60'),
    );
    const root = join(folder, 'tiles');
    const files = await filesBelow(root);
    // Columns 2 and 3, and over 180 degrees the first.
    expect(await readdir(join(root, '2'))).toEqual(['0', '2', '3']);
    expect(files).toHaveLength(exported.tiles + 1);
    expect(
      (await readFile(join(root, '2', '3', '1.png'))).equals(await served('/tiles/world/2/3/1.png')),
    ).toBe(true);
    const document = JSON.parse(await readFile(join(root, 'tilejson.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(document).toMatchObject({ tilejson: '3.0.0', tiles: ['{z}/{x}/{y}.png'], minzoom: 2, maxzoom: 2 });
    await tilecurveFails(asked('world', 'tiles/', '--zooms', '1'), 1);
    expect(await filesBelow(root)).toEqual(files);
  });

  it('replaces a file only when it is told to', async () => {
    const file = join(folder, 'kept.pmtiles');
    await writeFile(file, 'mine');
    await tilecurveFails(asked('world', 'kept.pmtiles', '--zooms', '0'), 1);
    expect(await readFile(file, 'utf8')).toBe('mine');
    await tilecurveJson(asked('world', 'kept.pmtiles', '--zooms', '0', '--overwrite'));
    expect(await (await openArchive(file)).getZxy(0, 0, 0)).toBeDefined();
  });

  it('shows progress', async () => {
    const done = await tilecurve(asked('spot', 'progress.pmtiles', '--zooms', '0-3', '--progress', 'json'));
    const lines = done.stderr.trimEnd().split('\n');
    const last = JSON.parse(lines.at(-1)!) as { done: number; total: number };
    expect([done.code, last.done]).toEqual([0, last.total]);
  });

  it('takes cells as it is told to', async () => {
    await tilecurveJson(
      asked('world', 'smooth.pmtiles', '--zooms', '1', '--format', 'f32', '--resampling', 'bilinear'),
    );
    const found = await (await openArchive(join(folder, 'smooth.pmtiles'))).getZxy(1, 1, 0);
    const bytes = Buffer.from(found!.data);
    expect(bytes.equals(await served('/tiles/world/1/1/0.f32?resampling=bilinear'))).toBe(true);
    expect(bytes.equals(await served('/tiles/world/1/1/0.f32'))).toBe(false);
    await tilecurveFails(asked('world', 'many.pmtiles', '--resampling', 'cubic'), 2);
  });

  it('refuses what makes no sense, with a number where it is too much', async () => {
    expect(await tilecurveFails(asked('world', 'many.pmtiles', '--zooms', '0-14'), 2)).toContain('357913941');
    await tilecurveFails(asked('world', 'many.pmtiles', '--zooms', 'all'), 2);
    await tilecurveFails(asked('world', 'many.zip'), 2);
    await tilecurveFails(asked('world', 'many.pmtiles', '--format', 'gif'), 2);
    await tilecurveFails(asked('empty', 'many.pmtiles'), 1);
    expect((await filesBelow(folder)).filter((path) => path.includes('many'))).toEqual([]);
    const reader = await LayerReader.open(openStore(location), 'world');
    const plan = (request: Partial<TileSetRequest>, shown: Partial<TileSetRequest['shown']> = {}) =>
      planTileSet(reader, { maxTiles: 1000, ...request, shown: { format: 'png', ...shown } });
    expect(plan({ zooms: { min: 0, max: 3 } }).tiles).toBe(85);
    expect(() => plan({ zooms: { min: 3, max: 2 } })).toThrow(InvalidArgumentError);
    expect(() => plan({ zooms: { min: 25, max: 25 } })).toThrow(InvalidArgumentError);
    expect(() => plan({ bbox: [50, 60, 60, 10] })).toThrow(InvalidArgumentError);
    expect(() => plan({}, { style: 'plaid' })).toThrow(InvalidArgumentError);
    expect(() => plan({}, { datetime: '1990-01-01' })).toThrow(InvalidArgumentError);
    expect(() => plan({}, { parameter: 'other' })).toThrow(InvalidArgumentError);
    await reader.close();
  });
});
