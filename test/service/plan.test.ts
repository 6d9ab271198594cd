import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { createKeyIndex } from '../../src/curve/index.js';
import { crsFromId } from '../../src/grid/index.js';
import { type LayerReader, newStats } from '../../src/layer/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

interface Plan {
  readonly level: number;
  readonly levels: number;
  readonly curve: { readonly name: string; readonly bits: readonly number[] };
  readonly tiles: { readonly columns: number; readonly rows: number; readonly times: number };
  readonly plan: Readonly<Record<string, number>>;
  readonly ranges: { readonly total: number; readonly listed: readonly (readonly [number, number])[] };
  readonly segments: {
    readonly total: number;
    readonly touched: number;
    readonly listed: readonly {
      readonly position: number;
      readonly first: number;
      readonly last: number;
      readonly isTouched: boolean;
    }[];
  };
  readonly run: { readonly t: number };
  readonly times: readonly (readonly [number, number])[];
  readonly blocks: {
    readonly columns: number;
    readonly rows: number;
    readonly side: number;
    readonly indexes: readonly number[];
    readonly segments: readonly number[];
    readonly touched: readonly number[];
    readonly corners: readonly number[];
  };
}

let service: RunningService;
let deep: LayerReader;
const planOf = (path: string) => service.json<Plan>(`/layers/${path}`);

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0 }) => t * 1000 + y * 36 + x;
  deep = await memoryLayer(
    worldGrid({ t: hours(4), z: levels(1000, 500) }),
    [
      { id: 'p', axes: ['t', 'z'], valueAt },
      { id: 'q', axes: [], valueAt },
    ],
    { store, layer: 'deep', tileShape: { t: 2, row: 3, col: 4 }, segmentBytes: 4096, codec: 'raw' },
  );
  await memoryLayer(
    worldGrid({ x: regular('lon', -179, 1.8, 192), y: regular('lat', 89, -1.8, 96) }),
    [{ id: 'p', axes: [], type: 'uint8', valueAt: () => 1 }],
    { store, layer: 'fine', tileShape: { row: 1, col: 1 }, levels: 1, curve: 'zorder' },
  );
  await memoryLayer(
    {
      crs: crsFromId('EPSG:32634'),
      x: regular('x', 700_000, 1000, 40),
      y: regular('y', 3_600_000, -1000, 30),
      custom: [],
    },
    [{ id: 'p', axes: [], valueAt }],
    { store, layer: 'utm', tileShape: { row: 10, col: 10 }, levels: 1 },
  );
  service = await startService(store);
});

afterAll(() => service.close());

describe('the plan of a box', () => {
  it('has the numbers of the query that is then made, and touches its tiles only', async () => {
    const longitude = fc.integer({ min: -179, max: 179 });
    const latitude = fc.integer({ min: -89, max: 89 });
    const box = fc.record({ west: longitude, east: longitude, a: latitude, b: latitude });
    await fc.assert(
      fc.asyncProperty(box, async ({ west, east, a, b }) => {
        const [south, north] = [Math.min(a, b), Math.max(a, b)];
        const text = `bbox=${west},${south},${east},${north}&datetime=2020-01-01T01:00Z&z=500`;
        const { plan, blocks, segments } = await planOf(`deep/plan?parameter=p&${text}`);
        const inBox = (lon: number) =>
          west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
        const columns = Array.from({ length: 36 }, (_, k) => k).filter((k) =>
          inBox(k * 10 > 180 ? k * 10 - 360 : k * 10),
        );
        const rows = Array.from({ length: 18 }, (_, k) => k).filter(
          (k) => 85 - 10 * k >= south && 85 - 10 * k <= north,
        );
        const wanted = new Set(
          rows.flatMap((row) => columns.map((col) => Math.floor(row / 3) * 9 + Math.floor(col / 4))),
        );
        expect(blocks.touched).toEqual(blocks.indexes.map((_, block) => (wanted.has(block) ? 1 : 0)));
        expect(plan).toMatchObject({ cells: rows.length * columns.length, tiles: wanted.size });
        expect(segments.touched).toBe(plan.segments);
      }),
      { numRuns: 40 },
    );
  });

  it('is what reading comes to', async () => {
    const { plan } = await planOf('deep/plan?parameter=p&datetime=2020-01-01T00:00Z&z=1000');
    const stats = newStats();
    const one = [{ start: 0, end: 1 }];
    await deep.read(deep.plan({ parameter: 'p', t: one, z: one }), { stats });
    expect(plan).toMatchObject({
      ranges: stats.ranges,
      segments: stats.segmentsOpened,
      segmentsTotal: stats.segmentsTotal,
      tiles: stats.tilesRead,
      answerBytes: 36 * 18 * 8,
    });
  });

  it('draws the curve: every tile at its index, in its segment and between its corners', async () => {
    const {
      blocks,
      curve,
      segments,
      tiles,
      levels: count,
    } = await planOf('deep/plan?datetime=2020-01-01T03:00Z');
    const { curve: own } = createKeyIndex(deep.manifest.keyIndex, deep.manifest);
    expect(curve).toMatchObject({ name: 'hilbert', bits: own.spec.bits });
    expect(count).toBe(deep.manifest.levels);
    expect([blocks.columns, blocks.rows, blocks.side]).toEqual([9, 6, 1]);
    expect([tiles.columns, tiles.rows, tiles.times]).toEqual([9, 6, 2]);
    blocks.indexes.forEach((index, block) => {
      expect(own.decode(index)).toEqual([block % 9, Math.floor(block / 9), 1]);
      const { first, last } = segments.listed[blocks.segments[block]!]!;
      expect(first <= index && index <= last).toBe(true);
    });
    expect(segments.total).toBeGreaterThan(1);
    expect(segments.listed.map(({ position }) => position)).toEqual([...segments.listed.keys()]);
    // The first column of corners is half a cell west of 0, the last row reaches the south pole.
    expect(blocks.corners.slice(0, 4)).toEqual([-5, 90, 35, 90]);
    expect(blocks.corners.slice(-2)).toEqual([355, -90]);
    expect(blocks.corners).toHaveLength(10 * 7 * 2);
  });

  it('is of a pyramid level when one is named, and of a parameter without time', async () => {
    const { level, tiles, plan } = await planOf('deep/plan?parameter=q&level=1&bbox=0,0,10,10');
    expect({ level, tiles }).toMatchObject({ level: 1, tiles: { columns: 5, rows: 3, times: 1 } });
    expect(plan.tiles).toBe(1);
  });

  it('draws the curve where nothing matches, too', async () => {
    const { plan, blocks, ranges } = await planOf('deep/plan?parameter=p&datetime=1999-01-01');
    expect(plan).toMatchObject({ cells: 0, tiles: 0, segments: 0 });
    expect(ranges).toEqual({ total: 0, listed: [] });
    expect(blocks.touched.every((touched) => touched === 0)).toBe(true);
    expect(new Set(blocks.indexes).size).toBe(54);
  });

  it('is bounded: many tiles become blocks of whole quadrants', async () => {
    const { blocks, tiles, plan } = await planOf('fine/plan?bbox=0,0,10,10');
    expect(tiles).toMatchObject({ columns: 192, rows: 96 });
    expect(blocks).toMatchObject({ side: 2, columns: 96, rows: 48 });
    expect(blocks.indexes.every((index) => index % 4 === 0)).toBe(true);
    expect(new Set(blocks.indexes).size).toBe(96 * 48);
    const touched = blocks.touched.filter((one) => one === 1).length;
    expect(touched * 4).toBeGreaterThanOrEqual(plan.tiles!);
    expect(plan.tiles).toBeGreaterThan(20);
  });

  it('has corners in degrees on a projected layer', async () => {
    const { blocks } = await planOf('utm/plan');
    expect([blocks.columns, blocks.rows]).toEqual([4, 3]);
    const [west, north] = blocks.corners;
    expect(west).toBeCloseTo(23.1, 1);
    expect(north).toBeCloseTo(32.5, 1);
  });

  it.each([
    ['deep/plan?parameter=nope', 400],
    ['deep/plan?level=9', 400],
    ['deep/plan?level=-1', 400],
    ['deep/plan?bbox=1,2,3', 400],
    ['deep/plan?bbox=0,50,10,40', 400],
    ['deep/plan?datetime=never', 400],
    ['deep/plan?member=1', 400],
    ['nope/plan', 404],
  ])('of %s is %i', async (path, status) => {
    const response = await service.get(`/layers/${path}`);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('problem+json');
  });

  it('has a tag, and is unchanged while the layer is', async () => {
    const first = await service.get('/layers/deep/plan');
    const again = await service.get('/layers/deep/plan', {
      headers: { 'if-none-match': first.headers.get('etag')! },
    });
    expect(again.status).toBe(304);
  });

  it('draws each time tile that is asked, and touches nothing in others', async () => {
    const bbox = 'bbox=1,1,19,29';
    const all = await planOf(`deep/plan?parameter=p&${bbox}&z=500`);
    expect(all.times).toEqual([[0, 1]]);
    const drawn = await planOf(`deep/plan?parameter=p&${bbox}&z=500&tile-time=1`);
    expect(drawn.run.t).toBe(1);
    expect({ ...drawn, run: all.run, blocks: all.blocks }).toEqual(all);
    expect(drawn.blocks.touched).toEqual(all.blocks.touched);
    expect(drawn.blocks.indexes.some((index, block) => index === all.blocks.indexes[block])).toBe(false);
    const one = `${bbox}&z=500&datetime=2020-01-01T00:00Z`;
    const other = await planOf(`deep/plan?parameter=p&${one}&tile-time=1`);
    expect(other.times).toEqual([[0, 0]]);
    expect(other.blocks.touched).not.toContain(1);
    for (const wrong of ['2', '-1', 'first']) {
      const answer = await service.get(`/layers/deep/plan?parameter=p&tile-time=${wrong}`);
      expect(answer.status, wrong).toBe(400);
    }
  });
});
