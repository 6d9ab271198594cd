import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const grid = worldGrid({ t: hours(4), z: levels(850, 500), custom: [regular('number', 0, 1, 3)] });
  const valueAt = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }) =>
    x === 3 ? Number.NaN : number * 1000 + t * 100 + z * 50 + y + x / 100;
  await memoryLayer(
    grid,
    [
      { id: 'p', axes: ['t', 'z', 'number'], valueAt },
      { id: 'q', axes: [], valueAt: ({ x = 0, y = 0 }) => x - y },
    ],
    { store, layer: 'deep' },
  );
  service = await startService(store);
});

afterAll(() => service.close());

const bytesOf = async (path: string) => {
  const response = await service.get(path);
  expect([path, response.status, response.status === 200 || (await response.text())]).toEqual([
    path,
    200,
    true,
  ]);
  return Buffer.from(await response.arrayBuffer());
};

const floatsOf = async (path: string) => {
  const bytes = await bytesOf(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

const query = (parts: Readonly<Record<string, string>>) => new URLSearchParams(parts).toString();

describe('the slice of a tile', () => {
  const wanted = { datetime: '2020-01-01T02:00Z', z: '500', number: '1' };

  it('is the one that the canonical parameters name', async () => {
    const values = await floatsOf(`/tiles/deep/0/0/0.f32?${query(wanted)}`);
    // The pixel at the middle of the world lies in column 0 of the layer, row 8 or 9.
    expect(values[127 * 256 + 128]).toBe(1000 + 200 + 50 + 8);
    expect(values[128 * 256 + 128]).toBe(1000 + 200 + 50 + 9);
  });

  it.each([
    ['titiler', 'variable=p&sel=time=2020-01-01T02:00Z&sel=level=500&sel=number=1'],
    ['titiler, with a method', 'variable=p&sel=time=nearest::2020-01-01T02:10Z&sel=level=510&sel=number=1'],
    ['xpublish-tiles', 'variables=p&time=nearest::2020-01-01T02:00:00&level=nearest::500&number=nearest::1'],
    ['WMS', 'TIME=2020-01-01T02:00Z&ELEVATION=500&number=1'],
    ['OGC API', 'subset=time("2020-01-01T02:00Z"),level(500),number(1)'],
    ['OGC API, with spaces', 'subset= time ( "2020-01-01T02:00Z" ) , level( 500 ) , number(1)'],
    ['OGC API, repeated', 'subset=datetime("2020-01-01T02:00Z")&subset=z(500)&subset=number(1)'],
    ['custom.', 'time=2020-01-01T02:00Z&elevation=500&custom.number=1'],
  ])('may be named as %s does', async (_name, spelling) => {
    const encoded = spelling.replaceAll('"', '%22').replaceAll(' ', '%20');
    const canonical = await bytesOf(`/tiles/deep/0/0/0.f32?${query(wanted)}`);
    expect((await bytesOf(`/tiles/deep/0/0/0.f32?${encoded}`)).equals(canonical)).toBe(true);
  });

  it('has the same tag under every spelling of one query', async () => {
    const tagOf = async (search: string) =>
      (await service.get(`/tiles/deep/0/0/0.png?${search}`)).headers.get('etag');
    const tag = await tagOf(query(wanted));
    expect(await tagOf('sel=number=1&sel=time=2020-01-01T02:00Z&elevation=500')).toBe(tag);
    expect(await tagOf('number=2&datetime=2020-01-01T02:00Z&z=500')).not.toBe(tag);
  });
});

describe('what a client left open in a template', () => {
  it('is as if it were absent, of axes and style', async () => {
    const open = 'time={time}&elevation={elevation}&number={number}&style={Style}';
    expect(
      (await bytesOf(`/tiles/deep/0/0/0.png?${open}`)).equals(await bytesOf('/tiles/deep/0/0/0.png')),
    ).toBe(true);
  });

  it.each([
    'nonsense={x}',
    'range={range}',
    'parameter={p}',
    'style=magma&style={Style}',
    'number={n}&number=1',
  ])('is refused as any other value would be: %s', async (search) => {
    expect((await service.get(`/tiles/deep/0/0/0.png?${search}`)).status).toBe(400);
  });
});

describe('the colours of a tile', () => {
  it.each([
    ['style=magma&range=0,50', 'colormap_name=magma&rescale=0,50'],
    ['style=magma&range=0,50', 'style=raster/magma&colorscalerange=0,50'],
    ['style=magma&range=0,50', 'style=raster/magma&COLORSCALERANGE=0,50&logscale=false'],
    [
      'range=5,6&below=transparent&above=%23ff0000',
      'rescale=5,6&belowmincolor=transparent&abovemaxcolor=%23ff0000',
    ],
    ['style={"ramp":["red","blue"]}', 'style=raster/custom&colormap={"ramp":["red","blue"]}'],
    ['style={"ramp":"viridis","scale":"log","range":[1,60]}', 'range=1,60&logscale=true'],
  ])('%s is %s', async (canonical, alias) => {
    const canonicalBytes = await bytesOf(
      `/tiles/deep/0/0/0.png?${encodeURI(canonical).replaceAll('%2523', '%23')}`,
    );
    const aliasBytes = await bytesOf(`/tiles/deep/0/0/0.png?${encodeURI(alias).replaceAll('%2523', '%23')}`);
    expect(aliasBytes.equals(canonicalBytes)).toBe(true);
    expect(aliasBytes.equals(await bytesOf('/tiles/deep/0/0/0.png'))).toBe(false);
  });
});

describe('the form of a tile', () => {
  it.each([1, 2, 3, 4])('has @%ix as many pixels on a side', async (scale) => {
    const values = await floatsOf(`/tiles/deep/0/0/0@${scale}x.f32?parameter=q`);
    const side = 256 * scale;
    expect(values).toHaveLength(side * side);
    expect(values[(side / 2 - 1) * side + side / 2]).toBe(-8);
    const png = await bytesOf(`/tiles/deep/0/0/0@${scale}x.png?parameter=q`);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([side, side]);
  });

  it.each([
    ['png', 'image/png'],
    ['webp', 'image/webp'],
    ['jpg', 'image/jpeg'],
    ['f32', 'application/octet-stream'],
    ['f16', 'application/octet-stream'],
    ['q16.png', 'image/png'],
    ['q24.png', 'image/png'],
  ])('%s is sent as %s', async (extension, type) => {
    const response = await service.get(`/tiles/deep/0/0/0.${extension}?parameter=q`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    await response.arrayBuffer();
  });

  it('says what codes and floats mean', async () => {
    const headersOf = async (extension: string) => {
      const { headers } = await service.get(`/tiles/deep/0/0/0.${extension}?range=10,20`);
      return ['offset', 'scale', 'shape', 'type'].map((name) => headers.get(`tilecurve-${name}`));
    };
    expect(await headersOf('q16.png')).toEqual(['10', String(10 / 65534), '256,256', null]);
    expect(await headersOf('q24.png')).toEqual(['10', String(10 / 16777214), '256,256', null]);
    expect(await headersOf('f16')).toEqual([null, null, '256,256', 'float16']);
    expect(await headersOf('png')).toEqual([null, null, null, null]);
  });
});

describe('a tile that is not', () => {
  it.each([
    [404, '0/0/0@x.png'],
    [404, '0/0/0.gif'],
    [404, '0/0/1.png'],
    [404, '0/1/0.png'],
    [404, '25/0/0.png'],
    [404, '3/2147483647/2147483647.png'],
    [404, '0/0/-1.png'],
    [400, '0/0/0@5x.png'],
    [400, '0/0/0@0x.png'],
    [400, '0/0/0@999999999x.png'],
    [400, '0/0/0.png?style=nope'],
    [400, `0/0/0.png?style=${'x'.repeat(9000)}`],
    [400, `0/0/0.png?colormap=${encodeURIComponent(JSON.stringify({ ramp: Array(300).fill('red') }))}`],
    [400, '0/0/0.png?range=5,1'],
    [400, '0/0/0.png?range=NaN,1'],
    [400, '0/0/0.png?range=1'],
    [400, '0/0/0.png?rescale=1,2&range=1,2'],
    [400, '0/0/0.png?logscale=maybe'],
    [400, '0/0/0.png?logscale=true&range=-1,1'],
    [400, '0/0/0.png?below=mud'],
    [400, '0/0/0.png?sel=time'],
    [400, '0/0/0.png?sel=depth=3'],
    [400, '0/0/0.png?sel=time=2020-01-01T00:00Z&time=2020-01-01T00:00Z'],
    [400, '0/0/0.png?time=ffill::2020-01-01T00:00Z'],
    [400, '0/0/0.png?subset=time'],
    [400, '0/0/0.png?subset=z(1:2)'],
    [400, '0/0/0.png?subset=z(500)z(500)'],
    [400, '0/0/0.png?subset=time("2020-01-01":"2020-01-02")'],
    [400, `0/0/0.png?subset=${'+'.repeat(14_000)}`],
    [400, `0/0/0.png?subset=z(${'+'.repeat(14_000)}`],
    [400, `0/0/0.png?sel=${'+'.repeat(14_000)}`],
    [400, '0/0/0.png?datetime=1999-01-01'],
    [400, '0/0/0.png?unknown=1'],
    [400, '0/0/0.png?parameter=nope'],
  ])('is %i: %s', async (status, path) => {
    const response = await service.get(`/tiles/deep/${path}`);
    const problem = (await response.json()) as { status: number; detail: string };
    expect([response.status, problem.status]).toEqual([status, status]);
  });

  it('is told with what there is', async () => {
    const detailOf = async (search: string) =>
      ((await (await service.get(`/tiles/deep/0/0/0.png?${search}`)).json()) as { detail: string }).detail;
    expect(await detailOf('style=nope')).toContain('viridis');
    expect(await detailOf('sel=depth=3')).toContain('time, level, number');
    expect(await detailOf('datetime=1999-01-01')).toContain('2020-01-01T03:00:00Z');
    expect(await detailOf('parameter=nope')).toContain('p, q');
    expect(await detailOf('unknown=1')).toContain('nodata-color');
  });
});
