import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';
import { sampleCollections } from './sample-collections.js';

interface TileJson {
  readonly tilejson: string;
  readonly tiles: readonly string[];
  readonly scheme: string;
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly bounds: readonly [number, number, number, number];
  readonly center: readonly [number, number, number];
  readonly legend: {
    readonly title: string;
    readonly unit: string;
    readonly png: string;
    readonly svg: string;
  };
  readonly time?: { readonly parameter: string; readonly interval: readonly (readonly string[])[] };
  readonly dimensions?: readonly {
    readonly id: string;
    readonly parameter: string;
    readonly values: string[];
  }[];
}

let service: RunningService;

beforeAll(async () => {
  const store = await sampleCollections();
  const x = regular('lon', 170, 1, 21, 'degrees_east');
  const y = regular('lat', 10, -1, 21, 'degrees_north');
  await memoryLayer(worldGrid({ x, y }), [{ id: 'p', axes: [], valueAt: ({ x: column = 0 }) => column }], {
    store,
    layer: 'fiji',
  });
  service = await startService(store);
});

afterAll(() => service.close());

const bytesOf = async (url: string) => {
  const response = await fetch(url.startsWith('/') ? service.address + url : url);
  expect([url, response.status]).toEqual([url, 200]);
  return { type: response.headers.get('content-type'), body: Buffer.from(await response.arrayBuffer()) };
};

describe('TileJSON', () => {
  it.each(['world', 'deep', 'plane', 'mixed', 'fiji'])('is of version 3.0.0: %s', async (layer) => {
    const document = await service.json<TileJson>(`/tiles/${layer}/tilejson.json`);
    const { bounds, center, minzoom, maxzoom } = document;
    expect(document).toMatchObject({ tilejson: '3.0.0', scheme: 'xyz' });
    // MapLibre and OpenLayers take no box whose west is east of its east, or that leaves Web Mercator.
    expect(bounds[0]).toBeLessThan(bounds[2]);
    expect(bounds[1]).toBeLessThan(bounds[3]);
    expect(Math.max(...bounds.map(Math.abs))).toBeLessThanOrEqual(180);
    expect(Math.max(-bounds[1], bounds[3])).toBeLessThan(85.06);
    expect(center[0]).toBeGreaterThanOrEqual(bounds[0]);
    expect(center[0]).toBeLessThanOrEqual(bounds[2]);
    expect([minzoom, Number.isInteger(maxzoom), maxzoom <= 24]).toEqual([0, true, true]);
    for (const template of document.tiles) {
      const url = template.replace('{z}', '0').replace('{x}', '0').replace('{y}', '0');
      expect((await bytesOf(url)).type).toBe('image/png');
    }
  });

  it('keeps the query, in the form and the size that are asked for', async () => {
    const search = 'variable=q&colormap_name=magma&rescale=-5,5';
    const { tiles, legend } = await service.json<TileJson>(
      `/tiles/mixed/tilejson.json?${search}&f=webp&scale=2`,
    );
    const url = tiles[0]!.replace('{z}', '1').replace('{x}', '0').replace('{y}', '1');
    expect(url).toContain('/tiles/mixed/1/0/1@2x.webp?');
    const same = await bytesOf('/tiles/mixed/1/0/1@2x.webp?parameter=q&style=magma&range=-5,5');
    expect((await bytesOf(url)).body.equals(same.body)).toBe(true);
    const sameLegend = await bytesOf('/tiles/mixed/legend.png?parameter=q&style=magma&range=-5,5');
    expect((await bytesOf(legend.png)).body.equals(sameLegend.body)).toBe(true);
  });

  it('names times, levels and dimensions with the parameters that choose among them', async () => {
    const { time, dimensions } = await service.json<TileJson>('/tiles/deep/tilejson.json');
    expect(time).toMatchObject({
      parameter: 'datetime',
      interval: [['2020-01-01T00:00:00Z', '2020-01-01T01:00:00Z']],
    });
    expect(dimensions).toMatchObject([
      { id: 'elevation', parameter: 'z', values: ['850', '500'] },
      { id: 'number', parameter: 'number', values: ['0', '1', '2'] },
    ]);
    expect(await service.json('/tiles/mixed/tilejson.json?parameter=q')).not.toHaveProperty('time');
  });

  it('bounds a layer across 180 degrees by the whole circle', async () => {
    const { bounds, maxzoom } = await service.json<TileJson>('/tiles/fiji/tilejson.json');
    expect(bounds).toEqual([-180, -10.5, 180, 10.5]);
    // 1 degree is 111 km; pixels of 156543 m, 78272 m, 39136 m, 19568 m.
    expect(maxzoom).toBe(3);
  });

  it.each([
    ['/tiles/world/tilejson.json?style=nope', 400],
    ['/tiles/world/tilejson.json?parameter=nope', 400],
    ['/tiles/world/tilejson.json?range=2,1', 400],
    ['/tiles/world/tilejson.json?f=gif', 400],
    ['/tiles/world/tilejson.json?scale=5', 400],
    ['/tiles/nope/tilejson.json', 404],
    ['/tiles/world/legend.gif', 404],
    ['/tiles/nope/legend.png', 404],
    ['/tiles/world/legend.png?style=nope', 400],
    ['/tiles/world/legend.png?width=9999', 400],
    ['/tiles/world/legend.png?width=x', 400],
    ['/tiles/world/legend.png?range=NaN,1', 400],
    ['/styles?x=1', 400],
  ])('%s is %i', async (path, status) => {
    expect((await service.get(path)).status).toBe(status);
  });
});

describe('a legend', () => {
  it('is PNG, SVG and JSON', async () => {
    const png = await bytesOf('/tiles/world/legend.png?width=400&height=80');
    expect([png.type, png.body.readUInt32BE(16), png.body.readUInt32BE(20)]).toEqual(['image/png', 400, 80]);
    const svg = await bytesOf('/tiles/world/legend.svg');
    expect(svg.type).toBe('image/svg+xml');
    expect(svg.body.toString()).toContain('Title of p [K]');
    const json = await bytesOf('/tiles/world/legend.json?range=0,5&style=magma_r');
    expect(json.type).toBe('application/json');
    expect(JSON.parse(json.body.toString())).toMatchObject({
      title: 'Title of p',
      unit: 'K',
      key: { kind: 'ramp', range: [0, 5] },
    });
  });

  it("has the range of the layer's values where none is asked for", async () => {
    const { key } = await service.json<{ key: { range: number[] } }>('/tiles/mixed/legend.json?parameter=q');
    expect(key.range).toEqual([-17, 35]);
  });

  it('takes the query of a tile as it is', async () => {
    const search = 'sel=time=2020-01-01T00:00Z&sel=number=1&elevation=500&abovemaxcolor=red&rescale=0,1';
    const { above } = await service.json<{ above: string }>(`/tiles/deep/legend.json?${search}`);
    expect(above).toBe('#ff0000');
  });

  it('is not sent again to whoever has it', async () => {
    const first = await service.get('/tiles/world/legend.png');
    const again = await service.get('/tiles/world/legend.png', {
      headers: { 'if-none-match': first.headers.get('etag')! },
    });
    expect(again.status).toBe(304);
  });
});

describe('/styles', () => {
  it('lists names that tiles take', async () => {
    const { styles } = await service.json<{
      styles: { id: string; colours: string[]; parameters: number }[];
    }>('/styles');
    expect(styles.length).toBeGreaterThan(30);
    for (const { id, colours, parameters } of styles) {
      expect(colours.every((colour) => /^#[0-9a-f]{6}$/.test(colour))).toBe(true);
      // The layer has no wind.
      const status = parameters === 1 ? 200 : 400;
      expect((await service.get(`/tiles/world/legend.json?style=${id}`)).status).toBe(status);
    }
  });
});
