import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0, number = 0 }) => t * 1000 + y * 36 + x + number / 10;
  await memoryLayer(
    worldGrid({ t: hours(4), custom: [regular('number', 0, 1, 3)] }),
    [{ id: 'p', axes: ['t', 'number'], valueAt }],
    { store, layer: 'world' },
  );
  service = await startService(store, { maxCells: 1000 });
});

afterAll(() => service.close());

const cube = (parameters: Readonly<Record<string, string>>) =>
  `/collections/world/cube?${new URLSearchParams({ bbox: '0,-5,10,5', number: '0', ...parameters })}`;

interface Answer {
  readonly ranges: Readonly<Record<string, { readonly values: readonly number[] }>>;
  readonly coverages: readonly Answer[];
}

describe('aggregation', () => {
  it('is answered by GET and by POST, where methods may be a list', async () => {
    const one = await service.json<Answer>(cube({ aggregation: '(mean,t),(max,t)' }));
    expect(one.ranges.p_mean!.values).toEqual([
      1500 + 8 * 36,
      1500 + 8 * 36 + 1,
      1500 + 9 * 36,
      1500 + 9 * 36 + 1,
    ]);
    const posted = await service.json<Answer>('/collections/world/cube', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ bbox: '0,-5,10,5', number: '0', aggregation: ['(mean,t)', '(max,t)'] }),
    });
    expect(posted).toEqual(one);
  });

  it('is allowed for more cells than an answer may have, since only results are counted', async () => {
    const world = { bbox: '-180,-90,180,90' };
    expect((await service.get(cube(world))).status).toBe(413);
    const answer = await service.get(cube({ ...world, aggregation: '(count,x,y)' }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('tilecurve-work')).toMatch(/^segments=\d+;tiles=\d+;bytes=\d+$/);
    expect(((await answer.json()) as Answer).ranges.p_count!.values).toEqual([648, 648, 648, 648]);
    const problem = await service.get(
      cube({ ...world, aggregation: '(mean,y),(max,y),(min,y),(sum,y),(std,y),(count,y),(mean,x)' }),
    );
    expect(problem.status).toBe(400);
    const rows = await service.get(
      cube({ ...world, number: '0/2', aggregation: '(mean,y),(max,y),(min,y)' }),
    );
    expect(rows.status).toBe(413);
    expect(await rows.text()).toMatch(/1296 cells/);
  });

  it('is there for each member', async () => {
    const members = await service.json<Answer>(cube({ number: '0/2', aggregation: '(sum,t,x,y)' }));
    expect(members.coverages).toHaveLength(3);
  });

  it('is over members when it says so: one coverage, no member of its own', async () => {
    const all = {
      number: '0/2',
      aggregation: '(mean,number),(max,number)',
      datetime: '2020-01-01T01:00:00Z',
    };
    const mean = await service.json<Answer>(cube(all));
    expect(mean).toMatchObject({ type: 'Coverage' });
    expect(mean).not.toHaveProperty('number');
    const cells = [8 * 36, 8 * 36 + 1, 9 * 36, 9 * 36 + 1].map((cell) => 1000 + cell);
    expect(mean.ranges.p_mean!.values).toEqual(cells.map((cell) => expect.closeTo(cell + 0.1, 9)));
    expect(mean.ranges.p_max!.values).toEqual(cells.map((cell) => expect.closeTo(cell + 0.2, 9)));
    const place = await service.json<Answer>(
      '/collections/world/position?coords=POINT(0+5)&aggregation=(COUNT,Number,t)',
    );
    expect(place.ranges.p_count!.values).toEqual([12]);
    const csv = await service.get(cube({ ...all, f: 'CSV' }));
    expect((await csv.text()).split('\r\n')[0]).toBe('time,lon,lat,p_mean,p_max');
  });

  it('comes in every form that can hold it', async () => {
    for (const f of ['CoverageJSON', 'GeoJSON', 'CSV', 'NetCDF', 'Arrow', 'MessagePack', 'CBOR']) {
      expect([f, (await service.get(cube({ f, aggregation: '(mean,x,y)' }))).status]).toEqual([f, 200]);
      expect([f, (await service.get(cube({ f, aggregation: '(mean,t)' }))).status]).toEqual([f, 200]);
    }
    const refused = await service.get(cube({ f: 'GeoTIFF', aggregation: '(mean,x,y)' }));
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(/olygon/);
    expect((await service.get(cube({ f: 'GeoTIFF', aggregation: '(mean,t)' }))).status).toBe(200);
    const csv = await service.get(cube({ f: 'CSV', aggregation: '(min,t,x,y),(count,t,x,y)' }));
    expect(await csv.text()).toBe(
      `number,time,polygon,p_min,p_count\r\n0,2020-01-01T03:00:00Z,1,${8 * 36},16\r\n`,
    );
  });

  it('is described with the axes that each query has', async () => {
    interface Description {
      readonly data_queries: Readonly<
        Record<
          string,
          {
            readonly link: {
              readonly variables: { readonly aggregation?: Readonly<Record<string, { axis: string[] }>> };
            };
          }
        >
      >;
    }
    const { data_queries } = await service.json<Description>('/collections/world');
    const methodsOf = (query: string) => data_queries[query]!.link.variables.aggregation;
    expect(Object.keys(methodsOf('cube')!)).toEqual(['mean', 'min', 'max', 'sum', 'count', 'std']);
    expect(methodsOf('area')!.std).toMatchObject({ axis: ['t', 'y', 'x', 'number'] });
    expect(methodsOf('position')!.mean).toMatchObject({ axis: ['t', 'number'] });
    expect(methodsOf('trajectory')).toBeUndefined();
  });

  it('is over the cells in any coordinates, and stated where these can be', async () => {
    const mercator = { crs: 'EPSG:3857', bbox: '0,-1000000,1500000,1000000' };
    const degrees = await service.json<Answer>(cube({ aggregation: '(mean,t)' }));
    const metres = await service.get(cube({ ...mercator, aggregation: '(mean,t)' }));
    expect(metres.headers.get('content-crs')).toContain('3857');
    expect(((await metres.json()) as Answer).ranges.p_mean!.values).toEqual(degrees.ranges.p_mean!.values);
    const whole = await service.json<Answer>(cube({ ...mercator, aggregation: '(max,x,y)' }));
    expect(whole).toMatchObject(await outlined(cube({ aggregation: '(max,x,y)' })));
    const refusals: readonly Readonly<Record<string, string>>[] = [
      { ...mercator, aggregation: '(mean,x)' },
      { crs: 'EPSG:32631', bbox: '200000,0,800000,500000', aggregation: '(mean,t)' },
      { 'resolution-x': '3', aggregation: '(mean,t)' },
    ];
    for (const refused of refusals) {
      expect((await service.get(cube(refused))).status).toBe(400);
    }
  });
});

/** The values of an answer about a zone. */
async function outlined(path: string): Promise<Pick<Answer, 'ranges'>> {
  const { ranges } = await service.json<Answer>(path);
  return { ranges };
}
