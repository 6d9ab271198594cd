import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EdrRequest, planArea, planCube } from '../../../src/edr/index.js';
import { axisNumbers, CRS84, crsFromId, type ProjectPoint, projectPoints } from '../../../src/grid/index.js';
import type { LayerReader } from '../../../src/layer/index.js';
import { lonLatOf } from '../dense-reading.js';
import { memoryLayer, regular, worldGrid } from '../memory-layer.js';
import { readAnswer } from '../read-answer.js';

const flat = [
  { id: 'p', axes: [], valueAt: ({ x = 0, y = 0 }) => ((x + y) % 7 === 3 ? Number.NaN : y * 100 + x) },
];
const small = { tileShape: { row: 4, col: 5 } };
let layers: Record<string, LayerReader>;

beforeAll(async () => {
  const polar = {
    crs: crsFromId('EPSG:3413'),
    x: regular('x', -3e6, 2e5, 31, 'm'),
    y: regular('y', 3e6, -2e5, 31, 'm'),
    custom: [],
  };
  layers = {
    eastern: await memoryLayer(worldGrid(), flat, small),
    western: await memoryLayer(
      worldGrid({ x: regular('lon', -175, 10, 36), y: regular('lat', -85, 10, 18, 'degrees_north') }),
      flat,
      small,
    ),
    polar: await memoryLayer(polar, flat, small),
  };
});

/** In metres, off round numbers, where edges of cells would decide: systems with a pole inside, beside it, and far from it. */
const windows = fc.record({
  layer: fc.constantFrom('eastern', 'western', 'polar'),
  token: fc.constantFrom('EPSG:3413', 'EPSG:3995', 'EPSG:3035', 'EPSG:32632', 'EPSG:8857'),
  x: fc.double({ min: -2e6, max: 3e6, noNaN: true }),
  y: fc.double({ min: -2e6, max: 4e6, noNaN: true }),
  width: fc.double({ min: 1e5, max: 4e6, noNaN: true }),
  height: fc.double({ min: 1e5, max: 4e6, noNaN: true }),
});

type Place = readonly [x: number, y: number];

/** Highest value and count of the cells whose centre, in another system, is inside: by a look at all of them. */
function lookAtAll(
  { manifest: { grid } }: LayerReader,
  toAsked: ProjectPoint,
  isInside: (at: Place) => boolean,
) {
  const found: number[] = [];
  axisNumbers(grid.y).forEach((y, row) => {
    axisNumbers(grid.x).forEach((x, col) => {
      const value = flat[0]!.valueAt({ x: col, y: row });
      if (!Number.isNaN(value) && isInside(toAsked(...lonLatOf(grid.crs, x, y)))) found.push(value);
    });
  });
  return { count: found.length, max: found.length === 0 ? null : Math.max(...found) };
}

async function valuesOf(plan: ReturnType<typeof planArea>) {
  const answer = await readAnswer(plan);
  if (answer === undefined) return { count: 0, max: null };
  return { count: answer.ranges.p_count!.values[0], max: answer.ranges.p_max!.values[0] };
}

describe('an aggregation over x and y of cells named in another system', () => {
  it('is of those whose centre is inside', async () => {
    let nonEmpty = 0;
    await fc.assert(
      fc.asyncProperty(windows, async ({ layer: name, token, x: roundX, y: roundY, width, height }) => {
        const [x, y] = [roundX + 1234.567, roundY + 2345.678];
        const layer = layers[name]!;
        const toAsked = projectPoints(CRS84, crsFromId(token));
        const [east, north] = [x + width, y + height];
        const request: EdrRequest = { crs: token, aggregation: '(max,x,y),(count,x,y)' };
        const box = lookAtAll(layer, toAsked, ([u, v]) => u >= x && u <= east && v >= y && v <= north);
        expect(await valuesOf(planCube(layer, { ...request, bbox: [x, y, east, north].join() }))).toEqual(
          box,
        );
        // Below the diagonal of the same box.
        const below = ([u, v]: Place) => u <= east && v >= y && (v - y) / height <= (u - x) / width;
        const triangle = lookAtAll(layer, toAsked, below);
        const coords = `POLYGON((${x} ${y},${east} ${y},${east} ${north},${x} ${y}))`;
        expect(await valuesOf(planArea(layer, { ...request, coords }))).toEqual(triangle);
        if (triangle.count > 0) nonEmpty++;
      }),
      { numRuns: 120 },
    );
    expect(nonEmpty).toBeGreaterThan(10);
  });
});
