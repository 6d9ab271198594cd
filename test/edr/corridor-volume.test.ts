import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EdrRequest, planCorridor } from '../../src/edr/index.js';
import { axisNumbers, columnFinder, rowFinder } from '../../src/grid/index.js';
import type { LayerReader } from '../../src/layer/index.js';
import { haversineMetres } from './haversine.js';
import { hours, levels, memoryLayer, regular, worldGrid } from './memory-layer.js';
import { along, nearestFinderOf } from './path-oracle.js';
import { axesOf, type JsonCoverage, readAnswer } from './read-answer.js';

const TIMES = 12;
const LEVELS = [1000, 925, 850, 700, 500];
const valueAt = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }: Readonly<Record<string, number>>) =>
  number * 1e7 + t * 1e6 + z * 1e5 + y * 100 + x;
let deep: LayerReader;

beforeAll(async () => {
  deep = await memoryLayer(
    worldGrid({ t: hours(TIMES), z: levels(...LEVELS) }),
    [
      { id: 'p', axes: ['t', 'z'], valueAt },
      { id: 'surface', axes: ['t'], valueAt },
      { id: 'height', axes: [], valueAt },
    ],
    { tileShape: { t: 4, z: 2, row: 6, col: 12 } },
  );
});

const km = (width: number) => ({ corridorWidth: String(width), widthUnits: 'km' });
const ask = async (layer: LayerReader, request: EdrRequest) => readAnswer(planCorridor(layer, request));
const hour = (count: number) => Date.UTC(2020, 0, 1) / 1000 + count * 3600;

function valuesOf(coverage: JsonCoverage | undefined, id = 'p'): number[] {
  return (coverage?.ranges[id]?.values ?? []).filter((value) => value !== null).sort((a, b) => a - b);
}

describe('a corridor with levels and times', () => {
  it('is at the levels and time steps of the nearest point of each stretch, and nowhere else', async () => {
    const step = fc.record({
      x: fc.double({ min: -30, max: 30, noNaN: true }),
      y: fc.double({ min: 20, max: 60, noNaN: true }),
      z: fc.double({ min: 450, max: 1050, noNaN: true }),
      hours: fc.double({ min: 0, max: 4, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 2, maxLength: 4 }),
        fc.constantFrom(500, 3000),
        fc.constantFrom(0.01, 100, 400),
        async (steps, width, height) => {
          let clock = 0.2;
          const line = steps.map(({ hours: spent, ...place }) => {
            clock += spent;
            return { ...place, t: clock };
          });
          const coords = `LINESTRING ZM(${line.map(({ x, y, z, t }) => `${x} ${y} ${z} ${hour(t)}`).join()})`;
          const answer = await ask(deep, {
            coords,
            ...km(width),
            corridorHeight: String(height),
            heightUnits: 'hPa',
            parameterNames: 'p',
          });
          const found = new Set(valuesOf(answer));
          const { near, crossed } = volumeOf(line, width * 500, height / 2);
          expect([...near].filter((value) => !found.has(value))).toEqual([]);
          expect([...found].filter((value) => !near.has(value) && !crossed.has(value))).toEqual([]);
        },
      ),
      { numRuns: 30, seed: 9 },
    );
  });

  it('is at all levels without a height, whatever Z says', async () => {
    const request = { ...km(1), datetime: '2020-01-01T00:00:00Z', parameterNames: 'p' };
    for (const coords of ['LINESTRING(0 85,1 85)', 'LINESTRING Z(0 85 500,1 85 600)']) {
      expect(axesOf(await ask(deep, { coords, ...request })).z).toEqual(LEVELS);
    }
  });

  it('widens the levels of z by half the height', async () => {
    const request = {
      coords: 'LINESTRING(0 85,1 85)',
      ...km(1),
      datetime: '2020-01-01T00:00:00Z',
      corridorHeight: '150',
      heightUnits: 'hPa',
      parameterNames: 'p',
    };
    expect(axesOf(await ask(deep, request)).z).toEqual(LEVELS);
    expect(axesOf(await ask(deep, { ...request, z: '925' })).z).toEqual([1000, 925, 850]);
    expect(axesOf(await ask(deep, { ...request, z: '620' })).z).toEqual([700]);
    expect(axesOf(await ask(deep, { ...request, z: '400/500' })).z).toEqual([500]);
    expect(
      axesOf(await ask(deep, { ...request, z: '925', corridorHeight: '15000', heightUnits: 'Pa' })).z,
    ).toEqual([1000, 925, 850]);
    expect(axesOf(await ask(deep, { ...request, z: '925', corridorHeight: '1' })).z).toEqual([925]);
  });

  it('has every parameter at what it has: times without levels, cells without either', async () => {
    const answer = await ask(deep, {
      coords: `LINESTRING ZM(0 85 1000 ${hour(0)},10 85 500 ${hour(2)})`,
      ...km(1),
      corridorHeight: '10',
      heightUnits: 'hPa',
    });
    const [p, surface, height] = answer!.coverages;
    expect(axesOf(p)).toMatchObject({ x: [0, 10], z: LEVELS });
    expect(axesOf(p).t).toHaveLength(3);
    // The steps meet after half an hour and an hour and a half, the columns after an hour.
    expect(valuesOf(surface, 'surface')).toEqual([0, 1e6, 1e6 + 1, 2e6 + 1]);
    expect(valuesOf(height, 'height')).toEqual([0, 1]);
    // Down from 1000: levels meet at 962.5, 887.5, 775 and 600, times at 875 and 625, columns at 750.
    expect(valuesOf(p)).toEqual(
      [
        { t: 0, z: 0, x: 0 },
        { t: 0, z: 1, x: 0 },
        { t: 0, z: 2, x: 0 },
        { t: 1, z: 2, x: 0 },
        { t: 1, z: 3, x: 0 },
        { t: 1, z: 3, x: 1 },
        { t: 2, z: 3, x: 1 },
        { t: 2, z: 4, x: 1 },
      ].map(valueAt),
    );
  });

  it('is at all levels and times of a stretch that stays in one place, as wide as it is', async () => {
    const answer = await ask(deep, {
      coords: `LINESTRING ZM(0 85 1000 ${hour(0)},0 85 500 ${hour(2)})`,
      ...km(200),
      corridorHeight: '10',
      heightUnits: 'hPa',
      parameterNames: 'p',
    });
    const boxes = [
      { t: 0, z: 0 },
      { t: 0, z: 1 },
      { t: 0, z: 2 },
      { t: 1, z: 2 },
      { t: 1, z: 3 },
      { t: 2, z: 3 },
      { t: 2, z: 4 },
    ];
    expect(valuesOf(answer)).toEqual(boxes.flatMap((box) => [0, 1, 35].map((x) => valueAt({ ...box, x }))));
  });

  it('has no data when its moments are none of the layer', async () => {
    expect(
      await ask(deep, { coords: 'LINESTRING M(0 85 0,10 85 100)', ...km(1), parameterNames: 'p' }),
    ).toBeUndefined();
  });

  it('is at all times of datetime without M, and has members', async () => {
    const layer = await memoryLayer(worldGrid({ t: hours(3), custom: [regular('number', 0, 1, 2)] }), [
      { id: 'p', axes: ['t', 'number'], valueAt },
    ]);
    const answer = await ask(layer, {
      coords: 'LINESTRING(0 85,1 85)',
      ...km(1),
      datetime: '2020-01-01T01:00:00Z/..',
    });
    expect(answer!.coverages.map((coverage) => valuesOf(coverage))).toEqual([
      [1e6, 2e6],
      [1.1e7, 1.2e7],
    ]);
  });
});

/** Values near a line in space and time by the nearest point of each stretch, and those on the line itself. */
function volumeOf(
  line: readonly { x: number; y: number; z: number; t: number }[],
  metres: number,
  halfHeight: number,
) {
  const { grid } = deep.manifest;
  const near = new Set<number>();
  const crossed = new Set<number>();
  const findCol = columnFinder(grid.x, grid.crs);
  const findRow = rowFinder(grid.y, grid.crs);
  const nearestLevel = (z: number) => {
    const distances = LEVELS.map((level) => Math.abs(level - z));
    const least = Math.min(...distances);
    return least > (z < 500 ? 100 : 37.5) && (z < 500 || z > 1000) ? undefined : distances.indexOf(least);
  };
  const inside = ({ z, t }: { z: number; t: number }, add: (level: number, time: number) => void) => {
    LEVELS.forEach((level, k) => {
      const isInside = Math.abs(level - z) <= halfHeight || k === nearestLevel(z);
      if (isInside && t >= 0 && t < TIMES) add(k, t);
    });
  };
  line.slice(1).forEach((end, i) => {
    const start = line[i]!;
    const at = (part: number) => ({
      z: start.z + part * (end.z - start.z),
      t: Math.round(start.t + part * (end.t - start.t)),
    });
    const nearest = nearestFinderOf(start, end);
    axisNumbers(grid.y).forEach((centreY, y) => {
      axisNumbers(grid.x).forEach((centreX, x) => {
        const found = nearest([centreX, centreY], metres);
        if (found === undefined || found.metres > metres) return;
        const isStill = haversineMetres([start.x, start.y], [end.x, end.y]) < 0.001;
        inside(at(found.part), (z, t) => near.add(valueAt({ x, y, z, t })));
        // All of a stretch that stays in one place is nearest.
        for (let k = 0; isStill && k <= 2000; k++) {
          inside(at(k / 2000), (z, t) => crossed.add(valueAt({ x, y, z, t })));
        }
      });
    });
    for (let k = 0; k <= 2000; k++) {
      const [longitude, latitude] = along(start, end, k / 2000);
      const x = findCol(longitude)!;
      const y = findRow(latitude)!;
      inside(at(k / 2000), (z, t) => crossed.add(valueAt({ x, y, z, t })));
    }
  });
  return { near, crossed };
}
