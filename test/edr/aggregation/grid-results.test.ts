import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type EdrPlan,
  type EdrRequest,
  planArea,
  planCorridor,
  planCube,
  planRadius,
} from '../../../src/edr/index.js';
import { crsFromId, type Grid, gridBbox } from '../../../src/grid/index.js';
import type { LayerReader } from '../../../src/layer/index.js';
import { hours, levels, type MemoryParameter, memoryLayer, regular, worldGrid } from '../memory-layer.js';
import {
  collect,
  coveragesOf,
  differ,
  lengthsOf,
  methods,
  rangeNamed,
  reduce,
  valuesOf,
} from './brute-force.js';

interface Case {
  readonly layer: LayerReader;
  /** Area of the cells of the rows whose centres are `ys`, by a formula of the test's own. */
  readonly weights: (ys: readonly number[]) => number[];
  readonly axes: readonly string[];
  readonly scale: number;
}

const cases: Record<string, Case> = {};
const tileShape = { t: 2, z: 1, row: 4, col: 5 };

/** Values without order, a tenth to a half of them missing in places. */
function noisy({
  t = 0,
  z = 0,
  y = 0,
  x = 0,
  number = 0,
  run = 0,
}: Readonly<Record<string, number>>): number {
  const hash =
    Math.sin(t * 12.9898 + z * 78.233 + y * 37.719 + x * 4.581 + number * 93.9 + run * 7.7) * 43758.5453;
  const part = hash - Math.floor(hash);
  if (x > 20 && y > 9) return Number.NaN;
  return part < 0.2 ? Number.NaN : 280 + 40 * (part - 0.5);
}

const sine = (degrees: number) => Math.sin((degrees * Math.PI) / 180);
const bySines = (halfStep: number) => (ys: readonly number[]) =>
  ys.map((y) => sine(Math.min(90, y + halfStep)) - sine(Math.max(-90, y - halfStep)));
const equal = (ys: readonly number[]) => ys.map(() => 1);

beforeAll(async () => {
  const add = async (
    name: string,
    grid: Grid,
    about: Omit<Case, 'layer'> & {
      readonly parameter?: Partial<MemoryParameter>;
      readonly tileShape?: typeof tileShape;
    },
  ) => {
    const custom = grid.custom.map((axis) => axis.name);
    const own = [...about.axes.filter((axis) => axis === 't' || axis === 'z'), ...custom];
    const parameter = { id: 'p', axes: own, valueAt: noisy, ...about.parameter };
    const layer = await memoryLayer(grid, [parameter], {
      tileShape: about.tileShape ?? tileShape,
      levels: 1,
    });
    cases[name] = { ...about, layer };
  };
  const deep = { t: hours(5), z: levels(1000, 850, 500) };
  await add('world', worldGrid(deep), { axes: ['t', 'z', 'y', 'x'], weights: bySines(5), scale: 300 });
  await add(
    'ascending from -175',
    worldGrid({ ...deep, x: regular('lon', -175, 10, 36), y: regular('lat', -85, 10, 18) }),
    {
      axes: ['t', 'z', 'y', 'x'],
      weights: bySines(5),
      scale: 300,
      tileShape: { t: 3, z: 2, row: 18, col: 36 },
    },
  );
  await add('poles, packed', worldGrid({ t: hours(4), y: regular('lat', 90, -10, 19) }), {
    axes: ['t', 'y', 'x'],
    weights: bySines(5),
    scale: 300,
    parameter: {
      type: 'int16',
      scale: 0.01,
      offset: 250,
      noData: -1,
      valueAt: (at) => {
        const value = noisy(at);
        return Number.isNaN(value) ? -1 : Math.round((value - 250) / 0.01);
      },
    },
  });
  await add('westward', worldGrid({ x: regular('lon', 350, -10, 36) }), {
    axes: ['y', 'x'],
    weights: bySines(5),
    scale: 300,
  });
  await add(
    'members',
    worldGrid({ t: hours(3), custom: [regular('number', 0, 1, 3), regular('run', 1, 2, 2)] }),
    {
      axes: ['t', 'y', 'x', 'number', 'run'],
      weights: bySines(5),
      scale: 300,
      parameter: { type: 'float32' },
    },
  );
  await add(
    'projected',
    {
      crs: crsFromId('EPSG:32632'),
      x: regular('x', 400_000, 10_000, 20),
      y: regular('y', 5_600_000, -10_000, 20),
      t: hours(4),
      custom: [],
    },
    { axes: ['t', 'y', 'x'], weights: equal, scale: 300 },
  );
});

const caseNames = ['world', 'ascending from -175', 'poles, packed', 'westward', 'members', 'projected'];

type Planned = {
  readonly plan: (layer: LayerReader, request: EdrRequest) => EdrPlan;
  readonly request: EdrRequest;
};

const fraction = fc.double({ min: 0, max: 1, noNaN: true });

/** A query of any kind somewhere in a layer. */
const place = fc.record({
  kind: fc.constantFrom('cube', 'whole', 'area', 'radius', 'corridor'),
  x: fraction,
  y: fraction,
  width: fraction,
  height: fraction,
});

function planned(
  layer: LayerReader,
  { kind, x, y, width, height }: typeof place extends fc.Arbitrary<infer T> ? T : never,
): Planned {
  const [west, south, right, north] = gridBbox(layer.manifest.grid);
  const east = right <= west ? right + 360 : right;
  const w = west + x * (east - west);
  const s = south + y * (north - south);
  const e = Math.min(w + (0.05 + width) * (east - west) * 0.6, w + 179);
  const n = s + (0.05 + height) * (north - s);
  switch (kind) {
    case 'cube':
      return { plan: planCube, request: { bbox: `${w},${s},${e},${Math.min(90, n)}` } };
    case 'whole':
      return { plan: planCube, request: { bbox: '-180,-90,180,90' } };
    case 'area': {
      const top = Math.min(90, n);
      return {
        plan: planArea,
        request: { coords: `POLYGON((${w} ${s},${e} ${s},${(w + e) / 2} ${top},${w} ${s}))` },
      };
    }
    case 'radius':
      return {
        plan: planRadius,
        request: {
          coords: `POINT(${w} ${Math.min(90, s)})`,
          within: String((east - west) * (10 + 30 * width)),
          withinUnits: 'km',
        },
      };
    default:
      return {
        plan: planCorridor,
        request: {
          coords: `LINESTRING(${w} ${Math.min(89, s)},${e} ${Math.min(89, n)})`,
          corridorWidth: String((east - west) * 20 * height),
          widthUnits: 'km',
        },
      };
  }
}

const open = async (plan: EdrPlan) => (plan.kind === 'no-data' ? undefined : plan.open({}));

describe('results over axes of a grid', () => {
  it('are those of all its cells, for every query, method and choice of axes', async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...caseNames),
        place,
        fc.subarray([...methods], { minLength: 1 }),
        fc.subarray(['t', 'z', 'y', 'x', 'number', 'run'], { minLength: 1 }),
        async (name, where, asked, someAxes) => {
          const { layer, axes: known, weights, scale } = cases[name]!;
          const axes = someAxes.filter((axis) => known.includes(axis));
          if (axes.length === 0) return;
          const { plan, request } = planned(layer, where);
          const plain = await open(plan(layer, request));
          const aggregation = asked.map((method) => `(${method},${axes.join()})`).join();
          const aggregated = plan(layer, { ...request, aggregation });
          const found = await open(aggregated);
          expect(found === undefined).toBe(plain === undefined);
          if (plain === undefined || found === undefined) return;
          answered++;
          let cells = 0;
          const results: Record<string, number[]> = {};
          for (const coverage of coveragesOf(found)) {
            for (const method of asked) {
              const values = await valuesOf(rangeNamed(coverage, `p_${method}`));
              cells += values.length;
              const key = `${JSON.stringify(coverage.members)} ${method}`;
              results[key] = [...(results[key] ?? []), ...values];
            }
          }
          expect(aggregated.kind === 'answer' && aggregated.cells).toBe(cells);
          const isAreal = axes.includes('x') && axes.includes('y');
          const byMembers: Record<string, { value: number; weight: number }[][]> = {};
          for (const coverage of coveragesOf(plain)) {
            const lengths = lengthsOf(coverage);
            const { y } = coverage.domain;
            const rows = weights(y?.kind === 'numbers' ? y.values : []);
            const groups = collect(await valuesOf(rangeNamed(coverage, 'p')), lengths, {
              axes,
              weights: rows,
            });
            // A coverage for each level of a polygon: times are inside levels.
            const [times, levelCount] = [
              axes.includes('t') ? 1 : lengths[0]!,
              axes.includes('z') ? 1 : lengths[1]!,
            ];
            const ordered = isAreal
              ? groups.map((_, i) => groups[(i % times) * levelCount + Math.floor(i / times)]!)
              : groups;
            const kept = Object.entries(coverage.members ?? {}).filter(([axis]) => !axes.includes(axis));
            const key = JSON.stringify(Object.fromEntries(kept));
            const before = byMembers[key];
            byMembers[key] = before ? before.map((group, i) => [...group, ...ordered[i]!]) : ordered;
          }
          expect(new Set(Object.keys(results).map((key) => key.split(' ')[0]))).toEqual(
            new Set(Object.keys(byMembers)),
          );
          for (const [members, groups] of Object.entries(byMembers)) {
            for (const method of asked) {
              const expected = groups.map((group) => reduce(method, group));
              const count = groups.reduce((most, group) => Math.max(most, group.length), 1);
              const isExact = method === 'min' || method === 'max' || method === 'count';
              const tolerance = isExact ? 0 : method === 'sum' ? 1e-12 * count * scale : 1e-9;
              expect(differ(results[`${members} ${method}`]!, expected, tolerance)).toBeUndefined();
            }
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(answered).toBeGreaterThan(150);
  }, 120_000);
});
