import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { hours, type MemoryParameter, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { describeProgram } from '../installed-program.js';
import { type RunningService, startService } from './running-service.js';
import { sampleCollections } from './sample-collections.js';

const run = promisify(execFile);
const capabilitiesPath = '/wmts/1.0.0/WMTSCapabilities.xml';
const manyTimes = 700;
let service: RunningService;

beforeAll(async () => {
  const store = await sampleCollections();
  await memoryLayer(
    worldGrid({ t: hours(manyTimes) }),
    [{ id: 'a&b <"c">', axes: ['t'], valueAt: ({ x = 0 }) => x }],
    { store, layer: 'odd' },
  );
  await memoryLayer(
    worldGrid({ custom: [regular('two words', 0, 1, 2), regular('time', 0, 1, 2)] }),
    [{ id: 'p', axes: ['two words', 'time'], valueAt: ({ x = 0 }) => x }],
    { store, layer: 'named' },
  );
  service = await startService(store);
});

afterAll(() => service.close());

async function storeOf(parameters: readonly MemoryParameter[]): Promise<BlobStore> {
  const store = createMemoryStore();
  const [x, y] = [regular('lon', 0, 1, 2), regular('lat', 0, 1, 2)];
  await memoryLayer(worldGrid({ x, y }), parameters, { store, layer: 'many' });
  return store;
}

const capabilities = async (path = capabilitiesPath) => {
  const response = await service.get(path);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/xml']);
  return response.text();
};

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found!);

describe('WMTS capabilities', () => {
  it('have every parameter of every layer, with styles, dimensions and both matrix sets', async () => {
    const text = await capabilities();
    const layers = matches(text, /<Layer>([\s\S]*?)<\/Layer>/g);
    expect(layers.map((layer) => matches(layer, /<ows:Identifier>([^<]*:[^<]*)</g)[0])).toEqual([
      'deep:p',
      'mixed:p',
      'mixed:q',
      'named:p',
      'odd:a&amp;b &lt;&quot;c&quot;&gt;',
      'plane:p',
      'world:p',
    ]);
    const all = await service.json<{ styles: { id: string; parameters: number }[] }>('/styles');
    const styles = all.styles.filter(({ parameters }) => parameters === 1);
    for (const layer of layers) {
      expect(matches(layer, /(<Style )isDefault="true"/g)).toHaveLength(1);
      expect(matches(layer, /(<LegendURL )/g)).toHaveLength(styles.length);
      expect(matches(layer, /<TileMatrixSet>(\w+)</g)).toEqual(['WebMercatorQuad', 'WorldCRS84Quad']);
    }
    expect(matches(layers[0]!, /<Dimension><ows:Identifier>(\w+)</g)).toEqual([
      'time',
      'elevation',
      'number',
    ]);
    expect(matches(layers[0]!, /<Value>([^<]*)</g)).toEqual([
      '2020-01-01T00:00:00Z',
      '2020-01-01T01:00:00Z',
      '850',
      '500',
      '0',
      '1',
      '2',
    ]);
    expect(matches(layers[0]!, /<Default>([^<]*)</g)).toEqual(['2020-01-01T01:00:00Z', '850', '0']);
    expect(layers[2]).not.toContain('<Dimension>');
  });

  it('have a rule instead of very many times, and no dimension that a template cannot have', async () => {
    expect(matches(await capabilities('/tiles/odd/WMTSCapabilities.xml'), /<Value>([^<]*)</g)).toEqual([
      '2020-01-01T00:00:00Z/2020-01-30T03:00:00Z/PT1H',
    ]);
    const named = await capabilities('/tiles/named/WMTSCapabilities.xml');
    expect(matches(named, /<Dimension><ows:Identifier>([^<]*)</g)).toEqual(['time']);
    expect(matches(named, /template="([^"]*)"/g)[0]).toMatch(/&amp;custom\.time=\{time\}$/);
  });

  it('lead to tiles and legends', async () => {
    const text = (await capabilities()).replaceAll('&amp;', '&');
    const templates = matches(text, /format="image\/png" resourceType="tile" template="([^"]*)"/g);
    expect(templates).toHaveLength(7);
    for (const template of templates) {
      const url = template
        .replace('{Style}', 'magma')
        .replace('{TileMatrixSet}', 'WorldCRS84Quad')
        .replace(/\{(TileMatrix|TileRow|TileCol)\}/g, '0')
        .replace(/&[\w.]+=\{\w+\}/g, '');
      expect([url, (await fetch(url)).status]).toEqual([url, 200]);
    }
    for (const legend of matches(text, /<LegendURL format="image\/png" xlink:href="([^"]*)"/g).slice(0, 3)) {
      const response = await fetch(legend);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    }
  });

  it('list fewer styles of each where there are very many layers', async () => {
    const parameters = Array.from({ length: 200 }, (_, i) => ({ id: `p${i}`, axes: [], valueAt: () => i }));
    const many = await startService(await storeOf(parameters));
    const text = await (await many.get(capabilitiesPath)).text();
    await many.close();
    expect(matches(text, /(<Layer>)/g)).toHaveLength(200);
    expect(matches(text, /(<Style )isDefault/g)).toHaveLength(200);
    expect(matches(text, /(<Style[ >])/g)).toHaveLength(200 * 30);
  });

  it('are not sent again to whoever has them', async () => {
    const first = await service.get(capabilitiesPath);
    const tag = first.headers.get('etag')!;
    const again = await service.get(capabilitiesPath, { headers: { 'if-none-match': tag } });
    expect(again.status).toBe(304);
  });

  it('are refused where there are none', async () => {
    expect((await service.get('/tiles/nope/WMTSCapabilities.xml')).status).toBe(404);
    expect((await service.get(`${capabilitiesPath}?x=1`)).status).toBe(400);
  });

  it('are asked for with or without the parameters of a service by KVP', async () => {
    const plain = await capabilities();
    for (const search of ['?SERVICE=WMTS&REQUEST=GetCapabilities', '?service=WMTS&version=1.0.0']) {
      expect(await capabilities(capabilitiesPath + search)).toBe(plain);
    }
    expect((await service.get(`${capabilitiesPath}?service=WMTS&request=GetTile`)).status).toBe(400);
  });
});

describeProgram(
  { command: ['gdalinfo', '--version'], debianPackage: 'gdal-bin' },
  "GDAL's WMTS driver",
  () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'tilecurve-wmts-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const gdal = async (program: string, ...args: string[]) => {
      const options = {
        env: { ...process.env, GDAL_DEFAULT_WMS_CACHE_PATH: folder },
        maxBuffer: 64 * 1024 * 1024,
      };
      return (await run(program, args, options)).stdout;
    };
    const source = (rest: string) => `WMTS:${service.address}${capabilitiesPath},${rest}`;

    it('finds the layers in both matrix sets', async () => {
      const text = await gdal('gdalinfo', `WMTS:${service.address}${capabilitiesPath}`);
      expect(text).toContain('layer=world:p,tilematrixset=WebMercatorQuad');
      expect(text).toContain('layer=world:p,tilematrixset=WorldCRS84Quad');
    });

    it.each([
      // Row 4 and column 2 of the newest time.
      ['WebMercatorQuad', 'world', 30_162],
      ['WorldCRS84Quad', 'world', 30_162],
      ['WorldCRS84Quad', 'deep', 10_162],
    ])('reads pixels by %s of %s', async (set, layer, value) => {
      const dataset = source(`layer=${layer}:p,style=magma,tilematrixset=${set}`);
      const pixel = await gdal('gdallocationinfo', '-valonly', '-wgs84', dataset, '20', '45');
      const { key } = await service.json<{
        key: { stops: { value: number; colour: string }[] };
      }>(`/tiles/${layer}/legend.json?style=magma`);
      const distance = (stop: { value: number }) => Math.abs(stop.value - value);
      const { colour } = key.stops.reduce((best, stop) => (distance(stop) < distance(best) ? stop : best));
      const parts = pixel.trim().split(/\s+/).map(Number);
      const found = parts.slice(0, 3).map((part) => part.toString(16).padStart(2, '0'));
      expect(`#${found.join('')}`).toBe(colour);
    });
  },
);

const owsLib = `
import json, sys
from owslib.wmts import WebMapTileService
wmts = WebMapTileService(sys.argv[1])
layers = {name: layer.title for name, layer in wmts.contents.items()}
world = wmts['world:p']
def tile(layer):
    answer = wmts.gettile(layer=layer, style='magma', tilematrixset='WebMercatorQuad', tilematrix='1', row=0, column=1)
    return answer.read().hex()
print(json.dumps({
    'layers': layers,
    'box': world.boundingBoxWGS84,
    'sets': {name: len(matrices.tilematrix) for name, matrices in wmts.tilematrixsets.items()},
    'links': sorted(world.tilematrixsetlinks),
    'formats': world.formats,
    'styles': sorted(world.styles),
    'rest': wmts.restonly,
    'tiles': [tile('mixed:q'), tile('world:p')],
}))
`;

describeProgram(
  { command: ['/usr/bin/python3', '-c', 'import owslib.wmts'], debianPackage: 'python3-owslib' },
  'WMTS by OWSLib',
  () => {
    it('has its layers, and tiles at the defaults of their dimensions', async () => {
      const { stdout } = await run('/usr/bin/python3', ['-c', owsLib, service.address + capabilitiesPath], {
        maxBuffer: 16 * 1024 * 1024,
      });
      const { tiles, styles, layers, ...found } = JSON.parse(stdout) as {
        tiles: string[];
        styles: string[];
        layers: Record<string, string>;
      };
      expect(found).toEqual({
        box: [-180, -90, 180, 90],
        sets: { WebMercatorQuad: 25, WorldCRS84Quad: 25 },
        links: ['WebMercatorQuad', 'WorldCRS84Quad'],
        formats: ['image/png', 'image/webp', 'image/jpeg'],
        rest: true,
      });
      expect(layers['world:p']).toBe('Sample: Title of p');
      expect(Object.keys(layers)).toHaveLength(7);
      expect(styles).toContain('magma');
      // OWSLib takes any of the templates, whatever the format asked for.
      const forms = ['png', 'webp', 'jpg'];
      for (const [at, query] of ['mixed/1/1/0', 'world/1/1/0'].entries()) {
        const search = at === 0 ? '?parameter=q&style=magma' : '?style=magma';
        const own = await Promise.all(
          forms.map(async (form) => {
            const answer = await service.get(`/tiles/${query}.${form}${search}`);
            return Buffer.from(await answer.arrayBuffer()).toString('hex');
          }),
        );
        expect(own).toContain(tiles[at]);
      }
    });
  },
);
