import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EdrPlan, type EdrRequest, planArea, planCube } from '../../../src/edr/index.js';
import type { CoverageAnswer } from '../../../src/formats/index.js';
import { CRS84 } from '../../../src/grid/index.js';
import { type LayerReader, newStats } from '../../../src/layer/index.js';
import { hours, memoryLayer, regular } from '../memory-layer.js';
import { collect, lengthsOf, rangeNamed, reduce, valuesOf } from './brute-force.js';

const methods = ['min', 'max', 'sum', 'count'] as const;
const aggregation = methods.map((method) => `(${method},t,x,y)`).join();
let layer: LayerReader;

/** 24 times of 60 by 60 cells of a degree, in tiles of 8 times and 10 by 10 cells: 3 by 6 by 6 of them. */
beforeAll(async () => {
  layer = await memoryLayer(
    { crs: CRS84, x: regular('lon', 0.5, 1, 60), y: regular('lat', 59.5, -1, 60), t: hours(24), custom: [] },
    [
      {
        id: 'p',
        axes: ['t'],
        type: 'float32',
        valueAt: ({ t = 0, y = 0, x = 0 }) => (x === y ? Number.NaN : t * 3.75 + y * y - x),
      },
    ],
    { tileShape: { t: 8, z: 1, row: 10, col: 10 }, levels: 1 },
  );
});

async function ask(
  plan: EdrPlan,
): Promise<{ answer: CoverageAnswer; read: number; unpacked: number; planned: number }> {
  if (plan.kind === 'no-data') throw new Error('no data');
  const stats = newStats();
  const answer = (await plan.open({ stats }))!;
  for (const coverage of answer.coverages) for (const range of coverage.ranges) await valuesOf(range);
  return { answer, read: stats.tilesRead, unpacked: stats.tilesUnpacked, planned: plan.work().tiles };
}

async function values(answer: CoverageAnswer): Promise<number[]> {
  const [coverage] = answer.coverages;
  return (await Promise.all(coverage!.ranges.map(valuesOf))).flat();
}

/** What the cells themselves give. */
async function expected(
  plan: (layer: LayerReader, request: EdrRequest) => EdrPlan,
  request: EdrRequest,
): Promise<number[]> {
  const plain = plan(layer, request);
  const answer = plain.kind === 'no-data' ? undefined : await plain.open({});
  const [coverage] = answer!.coverages;
  const [cells] = collect(await valuesOf(rangeNamed(coverage!, 'p')), lengthsOf(coverage!), {
    axes: ['t', 'y', 'x'],
    weights: Array.from({ length: 60 }, () => 1),
  });
  return methods.map((method) => reduce(method, cells!));
}

describe('statistics of tiles', () => {
  it('answer for a whole layer without reading it', async () => {
    const bbox = '0,0,60,60';
    const { answer, read, planned } = await ask(planCube(layer, { bbox, aggregation }));
    expect([read, planned]).toEqual([0, 0]);
    expect(await values(answer)).toEqual(await expected(planCube, { bbox }));
  });

  it('stand for tiles inside a box; those on its edge are unpacked', async () => {
    const bbox = '5,5,55,55';
    const { answer, read, unpacked, planned } = await ask(planCube(layer, { bbox, aggregation }));
    expect([read, unpacked, planned]).toEqual([3 * 36, 3 * 20, 3 * 36]);
    expect(await values(answer)).toEqual(await expected(planCube, { bbox }));
    const first = { bbox, datetime: '2020-01-01T00:00:00Z/2020-01-01T14:00:00Z' };
    const some = await ask(planCube(layer, { ...first, aggregation }));
    expect([some.read, some.unpacked]).toEqual([2 * 36, 20 + 36]);
    expect(await values(some.answer)).toEqual(await expected(planCube, first));
  });

  it('do not where the values themselves matter', async () => {
    for (const method of ['mean', 'std']) {
      const { read, unpacked } = await ask(
        planCube(layer, { bbox: '0,0,60,60', aggregation: `(${method},t,x,y)` }),
      );
      expect(unpacked).toBe(read);
    }
    const { unpacked } = await ask(planCube(layer, { bbox: '0,0,60,60', aggregation: '(max,x,y)' }));
    expect(unpacked).toBe(108);
  });

  it('stand for tiles of a polygon only where all their cells are inside', async () => {
    const coordinate = fc.double({ min: -5, max: 65, noNaN: true });
    let spared = 0;
    await fc.assert(
      fc.asyncProperty(coordinate, coordinate, coordinate, coordinate, async (a, b, c, d) => {
        const request = { coords: `POLYGON((0 ${a},${b} 60,60 ${c},${d} 0,0 ${a}))` };
        const plain = planArea(layer, request);
        if (plain.kind === 'no-data' || (await plain.open({})) === undefined) return;
        const { answer, read, unpacked } = await ask(planArea(layer, { ...request, aggregation }));
        expect(await values(answer)).toEqual(await expected(planArea, request));
        spared += read - unpacked;
      }),
      { numRuns: 25 },
    );
    expect(spared).toBeGreaterThan(200);
  });
});
