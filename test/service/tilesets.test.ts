import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CRS84 } from '../../src/grid/index.js';
import { memoryLayer, regular } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';
import { sampleCollections } from './sample-collections.js';

interface Link {
  readonly href: string;
  readonly rel: string;
  readonly type: string;
  readonly templated?: boolean;
}

interface Tileset {
  readonly dataType: string;
  readonly crs: string;
  readonly tileMatrixSetId: string;
  readonly tileMatrixSetURI: string;
  readonly tileMatrixSetLimits: readonly {
    readonly tileMatrix: string;
    readonly minTileRow: number;
    readonly maxTileRow: number;
    readonly minTileCol: number;
    readonly maxTileCol: number;
  }[];
  readonly links: readonly Link[];
}

interface MatrixSet {
  readonly id: string;
  readonly uri: string;
  readonly crs: string;
  readonly tileMatrices: readonly {
    readonly id: string;
    readonly cellSize: number;
    readonly scaleDenominator: number;
    readonly matrixWidth: number;
    readonly matrixHeight: number;
    readonly pointOfOrigin: readonly number[];
  }[];
}

const relations = 'http://www.opengis.net/def/rel/ogc/1.0/';
const beyond = 2_147_483_647;
let service: RunningService;

beforeAll(async () => {
  const store = await sampleCollections();
  const x = regular('lon', -179.5, 1, 360, 'degrees_east');
  const y = regular('lat', 89.5, -1, 180, 'degrees_north');
  const parameter = { id: 'p', axes: [], valueAt: ({ x: column = 0, y: row = 0 }) => row * 360 + column };
  await memoryLayer({ crs: CRS84, x, y, custom: [] }, [parameter], { store, layer: 'fine' });
  service = await startService(store);
});

afterAll(() => service.close());

const linkOf = ({ links }: { readonly links: readonly Link[] }, rel: string) =>
  links.find((link) => link.rel === rel)!;

const json = async <T>(url: string) => {
  const response = await fetch(url, { headers: { accept: 'application/json' } });
  expect([url, response.status, response.headers.get('content-type')]).toEqual([
    url,
    200,
    'application/json',
  ]);
  return (await response.json()) as T;
};

function fill(template: string, matrix: string | number, row: number, col: number): string {
  return template
    .replace('{tileMatrix}', String(matrix))
    .replace('{tileRow}', String(row))
    .replace('{tileCol}', String(col));
}

/** What the conformance suite does with a list of tilesets (ets-ogcapi-tiles10). */
async function walkTilesets(tilesets: readonly Tileset[]): Promise<number> {
  let tiles = 0;
  for (const { tileMatrixSetId, tileMatrixSetURI, tileMatrixSetLimits, links } of tilesets) {
    expect(tileMatrixSetURI).toMatch(new RegExp(`/def/tilematrixset/OGC/1.0/${tileMatrixSetId}$`));
    const scheme = await json<MatrixSet>(linkOf({ links }, `${relations}tiling-scheme`).href);
    expect(scheme.id).toBe(tileMatrixSetId);
    const item = linkOf({ links }, 'item');
    expect([item.templated, item.href]).toEqual([
      true,
      expect.stringContaining('/{tileMatrix}/{tileRow}/{tileCol}'),
    ]);
    expect(tileMatrixSetLimits.length).toBeGreaterThan(0);
    for (const { tileMatrix, minTileRow, maxTileRow, minTileCol, maxTileCol } of tileMatrixSetLimits.slice(
      0,
      3,
    )) {
      const { matrixWidth, matrixHeight } = scheme.tileMatrices[Number(tileMatrix)]!;
      expect(maxTileRow).toBeLessThan(matrixHeight);
      expect(maxTileCol).toBeLessThan(matrixWidth);
      for (let row = minTileRow; row <= maxTileRow; row++) {
        for (let col = minTileCol; col <= maxTileCol; col++) {
          const response = await fetch(fill(item.href, tileMatrix, row, col));
          expect([response.status, response.headers.get('content-type')]).toEqual([200, item.type]);
          await response.arrayBuffer();
          tiles += 1;
        }
      }
      const { status } = await fetch(fill(item.href, tileMatrix, beyond, beyond));
      expect(status).toBe(404);
    }
  }
  return tiles;
}

describe('tile matrix sets', () => {
  it('have the numbers that the standard prints', async () => {
    const { tileMatrixSets } = await service.json<{ tileMatrixSets: { id: string; links: Link[] }[] }>(
      '/tileMatrixSets',
    );
    expect(tileMatrixSets.map(({ id }) => id)).toEqual(['WebMercatorQuad', 'WorldCRS84Quad']);
    const [mercator, degrees] = await Promise.all(
      tileMatrixSets.map((set) => json<MatrixSet>(linkOf(set, 'self').href)),
    );
    expect(mercator).toMatchObject({
      crs: 'http://www.opengis.net/def/crs/EPSG/0/3857',
      orderedAxes: ['X', 'Y'],
    });
    expect(degrees).toMatchObject({
      crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
      orderedAxes: ['Lon', 'Lat'],
    });
    expect(mercator!.tileMatrices).toHaveLength(25);
    for (const [zoom, matrix] of mercator!.tileMatrices.entries()) {
      expect(matrix).toMatchObject({ id: String(zoom), matrixWidth: 2 ** zoom, matrixHeight: 2 ** zoom });
      // The equator is 2 pi 6378137 m; a pixel of the standard is 0.28 mm.
      const cellSize = (2 * Math.PI * 6_378_137) / 256 / 2 ** zoom;
      expect(matrix.cellSize / cellSize).toBeCloseTo(1, 12);
      expect(matrix.scaleDenominator / (cellSize / 0.00028)).toBeCloseTo(1, 12);
    }
    for (const [zoom, matrix] of degrees!.tileMatrices.entries()) {
      expect(matrix).toMatchObject({
        matrixWidth: 2 ** (zoom + 1),
        matrixHeight: 2 ** zoom,
        pointOfOrigin: [-180, 90],
      });
      expect(matrix.cellSize).toBe(180 / 256 / 2 ** zoom);
    }
    expect((await service.get('/tileMatrixSets/Other')).status).toBe(404);
  });
});

describe('tilesets', () => {
  it('are found from the landing page, and every tile within their limits answers', async () => {
    const landing = await service.json<{ links: Link[] }>('/');
    const list = await json<{ tilesets: Tileset[] }>(linkOf(landing, `${relations}tilesets-map`).href);
    expect(list.tilesets).toHaveLength(10);
    expect(await walkTilesets(list.tilesets)).toBeGreaterThan(50);
  });

  it.each(['map', 'coverage'])('of a collection are found from it: %s', async (data) => {
    const collection = await service.json<{ links: Link[] }>('/collections/fine');
    const list = await json<{ tilesets: Tileset[] }>(linkOf(collection, `${relations}tilesets-${data}`).href);
    expect(list.tilesets.map(({ dataType }) => dataType)).toEqual([data, data]);
    expect(await walkTilesets(list.tilesets)).toBeGreaterThan(10);
    for (const tileset of list.tilesets) {
      const metadata = await json<Tileset & Record<string, unknown>>(linkOf(tileset, 'self').href);
      expect(metadata).toMatchObject({
        dataType: data,
        tileMatrixSetLimits: tileset.tileMatrixSetLimits,
        boundingBox: { lowerLeft: [-180, -90], upperRight: [180, 90] },
        layers: [{ id: 'p' }],
      });
    }
  });

  it('are as deep as cells are seen, and only where the layer is', async () => {
    const { tilesets } = await service.json<{ tilesets: Tileset[] }>('/collections/plane/map/tiles');
    for (const { tileMatrixSetLimits, tileMatrixSetId } of tilesets) {
      const last = tileMatrixSetLimits.at(-1)!;
      // Cells of 1 km at 36 degrees north: 250 m of Mercator, or of a meridian's degrees east.
      expect([tileMatrixSetId, last.tileMatrix]).toEqual([
        tileMatrixSetId,
        tileMatrixSetId === 'WebMercatorQuad' ? '9' : '8',
      ]);
      expect(last.maxTileRow - last.minTileRow).toBeLessThanOrEqual(1);
    }
  });

  it('keep what the query asks for', async () => {
    const search = 'parameter=q&range=-10,10&f=json';
    const { tilesets } = await service.json<{ tilesets: Tileset[] }>(
      `/collections/mixed/styles/magma/map/tiles?${search}`,
    );
    const item = linkOf(tilesets[0]!, 'item');
    expect(item.href).toContain('/collections/mixed/styles/magma/map/tiles/WebMercatorQuad/');
    const tile = Buffer.from(await (await fetch(fill(item.href, 0, 0, 0))).arrayBuffer());
    const same = await service.get('/tiles/mixed/0/0/0.png?parameter=q&style=magma&range=-10,10');
    expect(tile.equals(Buffer.from(await same.arrayBuffer()))).toBe(true);
  });
});

describe('a tile of OGC API - Tiles', () => {
  const bytes = async (path: string, accept?: string) => {
    const response = await service.get(path, accept === undefined ? {} : { headers: { accept } });
    expect([path, response.status]).toEqual([path, 200]);
    return { type: response.headers.get('content-type'), body: Buffer.from(await response.arrayBuffer()) };
  };

  it('has the row before the column', async () => {
    const { body } = await bytes('/collections/world/map/tiles/WebMercatorQuad/2/1/3?f=png');
    expect(body.equals((await bytes('/tiles/world/2/3/1.png')).body)).toBe(true);
    expect(body.equals((await bytes('/tiles/world/2/1/3.png')).body)).toBe(false);
  });

  it('says when those below it are empty, too', async () => {
    const hintOf = async (path: string) => (await service.get(path)).headers.get('oatiles-hint');
    const plane = '/collections/plane/map/tiles/WebMercatorQuad';
    expect(await hintOf(`${plane}/3/0/7?f=png`)).toBe('empty');
    expect(await hintOf('/tiles/plane/3/7/0.png')).toBe('empty');
    expect(await hintOf('/tiles/world/2/3/1.png')).toBeNull();
    expect(await hintOf(`${plane}/0/0/0?f=png`)).toBeNull();
  });

  it('takes times as datetime and as subset', async () => {
    const path = '/collections/world/coverage/tiles/WorldCRS84Quad/1/0/1';
    const { body } = await bytes(`${path}?datetime=2020-01-01T01:00:00Z`);
    const subset = encodeURIComponent('datetime("2020-01-01T01:00:00Z")');
    expect((await bytes(`${path}?subset=${subset}`)).body.equals(body)).toBe(true);
    expect((await bytes(path)).body.equals(body)).toBe(false);
  });

  it('has the values of its cells, in degrees', async () => {
    const { body } = await bytes(
      '/collections/world/coverage/tiles/WorldCRS84Quad/0/0/1?datetime=2020-01-01T00:00Z',
    );
    const values = new Float32Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength));
    // Column 0 of this tile begins at 0 degrees, row 0 at 90: rows of 10 degrees from 85 down, columns from 0.
    const cell = (lon: number, lat: number) => Math.round((85 - lat) / 10) * 40 + Math.round(lon / 10);
    for (const [px, py] of [
      [3, 3],
      [100, 60],
      [250, 250],
    ] as const) {
      const lon = (px + 0.5) * 0.703125;
      const lat = 90 - (py + 0.5) * 0.703125;
      expect(values[py * 256 + px]).toBe(cell(lon, lat));
    }
  });

  it.each([
    ['image/webp', 'image/webp'],
    ['image/jpeg', 'image/jpeg'],
    ['image/jpeg,image/png', 'image/png'],
    ['image/png;q=0.5,image/webp', 'image/webp'],
    ['image/avif,image/apng,image/svg+xml,image/*,*/*;q=0.8', 'image/png'],
    ['*/*', 'image/png'],
  ])('follows Accept: %s', async (accept, type) => {
    expect((await bytes('/collections/world/map/tiles/WebMercatorQuad/0/0/0', accept)).type).toBe(type);
  });

  it.each([
    [404, '/collections/world/map/tiles/Other/0/0/0'],
    [404, '/collections/world/map/tiles/WebMercatorQuad/0/1/0'],
    [404, '/collections/world/map/tiles/WebMercatorQuad/x/0/0'],
    [404, '/collections/world/map/tiles/WebMercatorQuad/25/0/0'],
    [404, '/collections/nope/map/tiles'],
    [404, '/collections/world/map/tiles/Other'],
    [400, '/collections/world/map/tiles/WebMercatorQuad/0/0/0?f=gif'],
    [400, '/collections/world/map/tiles/WebMercatorQuad/0/0/0?f=f32'],
    [400, '/collections/world/styles/nope/map/tiles/WebMercatorQuad/0/0/0'],
    [400, '/collections/world/styles/nope/map/tiles/WebMercatorQuad'],
    [400, '/collections/world/styles/magma/map/tiles/WebMercatorQuad/0/0/0?style=magma'],
    [400, '/collections/world/map/tiles?parameter=nope'],
    [400, '/collections/world/map/tiles/WebMercatorQuad?scale=9'],
    [400, '/collections/world/map/tiles/WebMercatorQuad/0/0/0?scale=9'],
  ])('is %i: %s', async (status, path) => {
    expect((await service.get(path)).status).toBe(status);
  });
});

describe('conformance', () => {
  it('to OGC API - Tiles is declared', async () => {
    const { conformsTo } = await service.json<{ conformsTo: string[] }>('/conformance');
    for (const name of ['core', 'tileset', 'tilesets-list', 'geodata-tilesets', 'png', 'jpeg', 'oas30'])
      expect(conformsTo).toContain(`http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/${name}`);
  });
});
