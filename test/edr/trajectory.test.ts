import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EdrRequest, planTrajectory } from '../../src/edr/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { type LayerReader, newStats } from '../../src/layer/index.js';
import { coverageJsonErrors } from '../formats/coverage-json-schema.js';
import { hours, levels, memoryLayer, regular, worldGrid } from './memory-layer.js';
import { axesOf, type JsonCoverage, readAnswer } from './read-answer.js';

const TIMES = 30;
const LEVELS = [1000, 850, 500];
const isMissing = (x: number, y: number) => (x + y) % 7 === 3;
const valueAt = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }: Readonly<Record<string, number>>) =>
  isMissing(x, y) ? Number.NaN : number * 1e6 + t * 10_000 + z * 1000 + y * 40 + x;

let deep: LayerReader;
let flat: LayerReader;
let western: LayerReader;
let members: LayerReader;

beforeAll(async () => {
  const tileShape = { t: 8, z: 2, row: 6, col: 12 };
  deep = await memoryLayer(
    worldGrid({ t: hours(TIMES), z: levels(...LEVELS) }),
    [
      { id: 'p', axes: ['t', 'z'], valueAt },
      { id: 'surface', axes: ['t'], valueAt },
      { id: 'height', axes: [], valueAt },
    ],
    { tileShape },
  );
  flat = await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt }]);
  western = await memoryLayer(
    worldGrid({
      x: regular('lon', 175, -10, 36),
      y: regular('lat', -85, 10, 12, 'degrees_north'),
      t: hours(TIMES),
    }),
    [{ id: 'p', axes: ['t'], valueAt }],
    { tileShape },
  );
  members = await memoryLayer(worldGrid({ custom: [regular('number', 0, 1, 3)], t: hours(2) }), [
    { id: 'p', axes: ['number', 't'], valueAt },
  ]);
});

async function ask(layer: LayerReader, request: EdrRequest): Promise<JsonCoverage | undefined> {
  const answer = await readAnswer(planTrajectory(layer, request));
  if (answer !== undefined) expect(coverageJsonErrors(answer)).toEqual([]);
  return answer;
}

const p = { parameterNames: 'p' };
const hour = (count: number) => Date.UTC(2020, 0, 1) / 1000 + count * 3600;
const text = (count: number) => new Date(hour(count) * 1000).toISOString().replace('.000Z', 'Z');
const tuples = (answer: JsonCoverage | undefined) =>
  axesOf(answer).composite as unknown as (number | string)[][];

/** The value of the nearest cell by a search of every centre; null outside and where it is missing. */
function expected({ manifest: { grid } }: LayerReader, at: { x: number; y: number; z?: number; t?: number }) {
  if (grid.x.coordinates.kind !== 'regular' || grid.y.coordinates.kind !== 'regular') throw new Error();
  const wrap = (degrees: number) => Math.abs(degrees - 360 * Math.round(degrees / 360));
  const x = nearest(grid.x.coordinates, (centre) => wrap(centre - at.x), 5);
  const y = nearest(grid.y.coordinates, (centre) => Math.abs(centre - at.y), 5);
  const z = at.z === undefined ? 0 : levelAt(at.z);
  const t = at.t === undefined ? 0 : Math.round(at.t);
  if (x === undefined || y === undefined || z < 0 || t < 0 || t >= TIMES) return null;
  const value = valueAt({ x, y, z, t });
  return Number.isNaN(value) ? null : value;
}

function nearest(
  { start, step, count }: { start: number; step: number; count: number },
  distance: (centre: number) => number,
  most: number,
): number | undefined {
  const distances = Array.from({ length: count }, (_, i) => distance(start + i * step));
  const least = Math.min(...distances);
  return least <= most ? distances.indexOf(least) : undefined;
}

/** By what `z` asks for them. */
const askedLevels: Readonly<Record<string, readonly number[]>> = {
  '900/400': [850, 500],
  '1000,500': [1000, 500],
  '../..': LEVELS,
  'R2/1000/-150': [1000, 850],
};

/** Half of a step above and below: the levels meet at 925 and 675. */
function levelAt(z: number): number {
  if (z > 1075 || z < 325) return -1;
  if (z > 925) return 0;
  return z > 675 ? 1 : 2;
}

// Off the edges of cells, where either neighbour would do.
const longitude = fc.integer({ min: -3600, max: 3600 }).map((tenths) => tenths / 10 + 0.03);
const latitude = fc.integer({ min: -890, max: 890 }).map((tenths) => tenths / 10 + 0.03);

describe('trajectory with M', () => {
  it('is the value of each vertex at its own time and level', async () => {
    const vertex = fc.tuple(
      longitude,
      latitude,
      fc.integer({ min: 300, max: 1200 }),
      fc.integer({ min: 0, max: 50 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(vertex, { minLength: 2, maxLength: 15 }), async (steps) => {
        let clock = -5.3;
        const line = steps.map(([x, y, z, quarters]) => {
          clock += quarters / 16;
          return { x, y, z: z + 0.3, t: clock };
        });
        const coords = `LINESTRING ZM(${line.map(({ x, y, z, t }) => `${x} ${y} ${z} ${hour(t)}`).join()})`;
        const wanted = line.map((at) => expected(deep, at));
        const answer = await ask(deep, { coords, ...p });
        if (answer === undefined) expect(wanted.every((value) => value === null)).toBe(true);
        else expect(answer.ranges.p!.values).toEqual(wanted);
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it('states the vertices as they were asked for', async () => {
    const answer = await ask(deep, {
      coords: `LINESTRINGZM(12 41 900 ${hour(1)}, 193 42 700 ${hour(1.5)})`,
      ...p,
    });
    expect(answer).toMatchObject({ type: 'Coverage', domain: { domainType: 'Trajectory' } });
    expect(answer!.domain.axes.composite).toMatchObject({ coordinates: ['t', 'x', 'y', 'z'] });
    expect(tuples(answer)).toEqual([
      [text(1), 12, 41, 900],
      [text(1.5), -167, 42, 700],
    ]);
  });

  it('is a Section over levels without Z, and a Trajectory at one and of parameters without levels', async () => {
    const coords = `LINESTRING M(0 85 ${hour(0)},10 85 ${hour(9)})`;
    const answer = await ask(deep, { coords });
    expect(answer).toMatchObject({ type: 'CoverageCollection' });
    expect(answer!.coverages.map(({ domain }) => domain.domainType)).toEqual([
      'Section',
      'Trajectory',
      'Trajectory',
    ]);
    expect(
      answer!.coverages.map(({ ranges }) => Object.entries(ranges).map(([id, r]) => [id, r.values])),
    ).toEqual([
      [['p', [0, 90_001, 1000, 91_001, 2000, 92_001]]],
      [['surface', [0, 90_001]]],
      [['height', [0, 1]]],
    ]);
    expect(axesOf(answer!.coverages[0])).toEqual({
      composite: [
        [text(0), 0, 85],
        [text(9), 10, 85],
      ],
      z: LEVELS,
    });
    const one = await ask(deep, { coords, z: '850', ...p });
    expect(tuples(one)[1]).toEqual([text(9), 10, 85, 850]);
  });

  it('has no data when no vertex is inside the layer in space and time', async () => {
    expect(await ask(deep, { coords: `LINESTRING M(0 85 0,10 85 10)`, ...p })).toBeUndefined();
    expect(await ask(western, { coords: 'LINESTRING(0 85,10 85)' })).toBeUndefined();
    const half = await ask(western, {
      coords: `LINESTRING M(25 -85 ${hour(0)},25 85 ${hour(1)},25 -85 ${hour(99)})`,
    });
    expect(half!.ranges.p!.values).toEqual([15, null, null]);
  });

  it('keeps its moments on a layer without times', async () => {
    const answer = await ask(flat, { coords: `LINESTRING M(0 85 ${hour(0)},10 85 ${hour(1)})` });
    expect(tuples(answer).map(([t]) => t)).toEqual([text(0), text(1)]);
  });

  it('reads M as a date of the calendar of the layer', async () => {
    const days = {
      name: 'time',
      coordinates: { kind: 'regular' as const, start: 0, step: 86_400_000, count: 60 },
    };
    const noleap = await memoryLayer(worldGrid({ t: { ...days, calendar: 'noleap' } }), [
      { id: 'p', axes: ['t'], valueAt: ({ t = 0 }) => t },
    ]);
    // 1972 has a 29th of February, which this calendar has not; 1970 has none in either.
    const march = Date.UTC(1970, 2, 1) / 1000;
    const answer = await ask(noleap, { coords: `LINESTRING M(0 85 0,0 85 ${march})` });
    expect(answer!.ranges.p!.values).toEqual([0, 59]);
    const leapDay = Date.UTC(1972, 1, 29) / 1000;
    expect(() => planTrajectory(noleap, { coords: `LINESTRING M(0 85 0,0 85 ${leapDay})` })).toThrow(
      InvalidArgumentError,
    );
    const later = Date.UTC(1973, 0, 1) / 1000;
    const stated = await ask(noleap, { coords: `LINESTRING M(0 85 0,0 85 ${later})` });
    expect(tuples(stated)[1]![0]).toBe('1973-01-01T00:00:00Z');
  });

  it('is a collection of lines', async () => {
    const answer = await ask(deep, {
      coords: `MULTILINESTRING ZM((0 85 1000 ${hour(0)},10 85 850 ${hour(1)}),(20 85 500 ${hour(0)},50 85 500 ${hour(3)}))`,
      ...p,
    });
    expect(answer!.coverages.map(({ ranges }) => ranges.p!.values)).toEqual([
      [0, 11_001],
      [2002, 32_005],
    ]);
  });
});

describe('trajectory without M', () => {
  it('is a Trajectory per time step, with the values of its vertices', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(longitude, latitude), { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 0, max: TIMES - 2 }),
        fc.integer({ min: 1, max: 12 }),
        async (points, first, more) => {
          const last = Math.min(TIMES - 1, first + more);
          const coords = `LINESTRING(${points.map(([x, y]) => `${x} ${y}`).join()})`;
          const answer = await ask(western, { coords, datetime: `${text(first)}/${text(last)}` });
          const wanted = Array.from({ length: last - first + 1 }, (_, i) =>
            points.map(([x, y]) => expected(western, { x, y, t: first + i })),
          );
          const isOutside = points.every(([, y]) => y > 30);
          if (isOutside) expect(answer).toBeUndefined();
          else expect(answer!.coverages.map(({ ranges }) => ranges.p!.values)).toEqual(wanted);
        },
      ),
      { numRuns: 60, seed: 6 },
    );
  });

  it('is one Trajectory at one time, and MultiPoint where there is none', async () => {
    const coords = 'LINESTRING Z(0 85 1000,10 85 500)';
    const one = await ask(deep, { coords, datetime: text(2), ...p });
    expect(one!.type).toBe('Coverage');
    expect(tuples(one)).toEqual([
      [text(2), 0, 85, 1000],
      [text(2), 10, 85, 500],
    ]);
    expect(one!.ranges.p!.values).toEqual([20_000, 22_001]);
    const timeless = await ask(flat, { coords: 'LINESTRING(0 85,10 85)' });
    expect(timeless!.domain.domainType).toBe('MultiPoint');
  });

  it('is a Section per time step over several levels, with the values of its vertices', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(longitude, latitude), { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 0, max: TIMES - 2 }),
        fc.constantFrom(...Object.keys(askedLevels)),
        async (points, first, z) => {
          const coords = `LINESTRING(${points.map(([x, y]) => `${x} ${y}`).join()})`;
          const answer = await ask(deep, { coords, datetime: `${text(first)}/${text(first + 1)}`, z, ...p });
          const asked = askedLevels[z]!;
          expect(answer).toMatchObject({ type: 'CoverageCollection', domainType: 'Section' });
          answer!.coverages.forEach(({ domain, ranges }, i) => {
            const at = first + i;
            expect(domain.axes.z!.values).toEqual(asked);
            expect(ranges.p).toMatchObject({
              axisNames: ['z', 'composite'],
              shape: [asked.length, points.length],
            });
            expect(ranges.p!.values).toEqual(
              asked.flatMap((level) => points.map(([x, y]) => expected(deep, { x, y, z: level, t: at }))),
            );
          });
          expect(answer!.coverages).toHaveLength(2);
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  });

  it('is one Section at one time, and one for each line', async () => {
    const line = '(0 85,10 85)';
    const one = await ask(deep, { coords: `LINESTRING${line}`, datetime: text(0), ...p });
    expect(one).toMatchObject({ type: 'Coverage', domain: { domainType: 'Section' } });
    const lines = await ask(deep, {
      coords: `MULTILINESTRING(${line},(20 85,50 85,60 85))`,
      datetime: text(0),
      ...p,
    });
    expect(lines!.coverages.map(({ ranges }) => ranges.p!.shape)).toEqual([
      [3, 2],
      [3, 3],
    ]);
  });

  it('is a MultiPoint per level where nothing says when', async () => {
    const timeless = await memoryLayer(worldGrid({ z: levels(...LEVELS) }), [
      { id: 'p', axes: ['z'], valueAt },
    ]);
    const answer = await ask(timeless, { coords: 'LINESTRING(0 85,10 85)' });
    expect(answer!.coverages.map(({ domain, ranges }) => [domain.domainType, ranges.p!.values])).toEqual([
      ['MultiPoint', [0, 1]],
      ['MultiPoint', [1000, 1001]],
      ['MultiPoint', [2000, 2001]],
    ]);
  });

  it('has members', async () => {
    const all = await ask(members, { coords: 'LINESTRING(0 85,10 85)' });
    expect(all!.coverages.map(({ number, ranges }) => [number, ranges.p!.values])).toEqual([
      [0, [0, 1]],
      [0, [10_000, 10_001]],
      [1, [1e6, 1_000_001]],
      [1, [1_010_000, 1_010_001]],
      [2, [2e6, 2_000_001]],
      [2, [2_010_000, 2_010_001]],
    ]);
    const one = await ask(members, {
      coords: 'LINESTRING(0 85,10 85)',
      custom: { number: '1' },
      datetime: text(1),
    });
    expect(one).toMatchObject({ type: 'Coverage', number: 1 });
  });
});

describe('the work of a trajectory', () => {
  const along = (count: number, vertex: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => vertex(i)).join();

  async function tilesRead(request: EdrRequest) {
    const plan = planTrajectory(deep, request);
    if (plan.kind === 'no-data') throw new Error('there are vertices');
    const stats = newStats();
    for (const { ranges } of (await plan.open({ stats }))!.coverages) {
      for (const range of ranges) for await (const _ of range.values());
    }
    return { read: stats.tilesRead, planned: plan.work().tiles };
  }

  it('is each tile once over all times, levels and vertices', async () => {
    const line = along(1000, (i) => `${i * 0.36} ${80 * Math.sin(i / 100)}`);
    const { read, planned } = await tilesRead({ coords: `LINESTRING(${line})`, parameterNames: 'p,surface' });
    expect(read).toBe(planned);
    expect(read).toBeLessThanOrEqual(3 * 3 * (4 * 2 + 4));
  });

  it('is each tile once where vertices have their own times', async () => {
    const line = along(
      1000,
      (i) => `${i * 0.36} ${80 * Math.sin(i / 100)} ${1000 - i / 2} ${hour((i * 29) / 1000)}`,
    );
    const { read, planned } = await tilesRead({ coords: `LINESTRING ZM(${line})`, ...p });
    expect(read).toBe(planned);
    expect(read).toBeLessThanOrEqual(3 * 3 * 4 * 2);
  });
});

describe('a Section of more values than are kept at once', () => {
  it('has all of them in order, read as planned', async () => {
    const count = 22_000;
    const ids = Array.from({ length: 16 }, (_, i) => `p${i}`);
    const wide = await memoryLayer(
      worldGrid({ t: hours(2), z: levels(...LEVELS) }),
      ids.map((id) => ({ id, axes: ['t', 'z'], valueAt })),
    );
    const columns = Array.from({ length: count }, (_, i) => i % 36);
    const coords = `LINESTRING(${columns.map((x) => `${x * 10} 85`).join()})`;
    const plan = planTrajectory(wide, { coords });
    if (plan.kind === 'no-data') throw new Error('there are vertices');
    const stats = newStats();
    const { coverages } = (await plan.open({ stats }))!;
    expect(coverages).toHaveLength(2);
    for (const [t, { ranges }] of coverages.entries()) {
      const values: number[] = [];
      for await (const block of ranges[0]!.values()) values.push(...block);
      const wanted = [0, 1, 2].flatMap((z) => columns.map((x) => valueAt({ t, z, x })));
      expect(values.length === wanted.length && values.every((v, i) => Object.is(v, wanted[i]))).toBe(true);
    }
    expect(stats.tilesRead * ids.length).toBe(plan.work().tiles);
  });
});

describe('a bad trajectory', () => {
  it.each([
    [{}, 'coords'],
    [{ coords: 'LINESTRING Z(0 0 1,1 1 1)', z: '850' }, 'z'],
    [{ coords: 'LINESTRING M(0 0 1,1 1 1)', datetime: text(0) }, 'datetime'],
    [{ coords: 'LINESTRING ZM(0 0 1 1,1 1 1 1)', datetime: text(0) }, 'datetime'],
    [{ coords: 'LINESTRING ZM(0 0 1 1,1 1 1 1)', z: '850' }, 'z'],
    [{ coords: 'LINESTRING M(0 0 2,1 1 1)' }, 'coords'],
    [{ coords: 'LINESTRING(0 0,1 91)' }, 'coords'],
  ])('%j is refused', (request, parameter) => {
    try {
      planTrajectory(deep, request);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toMatchObject({ fields: { parameter } });
    }
  });

  it.each([
    'LINESTRING()',
    'POINT(0 0)',
    'LINESTRING M(0 0 1e300,1 1 1e300)',
    'LINESTRING M(0 0 1e15,1 1 1e15)',
  ])('%s is refused', (coords) => {
    expect(() => planTrajectory(deep, { coords })).toThrow(InvalidArgumentError);
  });
});
