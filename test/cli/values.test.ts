import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder, removeFolders, tilecurveDone } from './command-line.js';
import {
  type ExpectedStatistics,
  expectStatistics,
  expectValue,
  expectValues,
  type QueryAnswer,
  query,
} from './query-answer.js';
import { describeRealData, readExpected, realPath } from './real-data.js';

interface Cube {
  readonly dataset: string;
  readonly variable: string;
  readonly bbox: readonly number[];
  readonly interval?: string;
  readonly month?: number;
  readonly levels?: readonly number[];
  readonly y: readonly number[];
  readonly x?: readonly number[];
  readonly x_0_360?: readonly number[];
  readonly shape: readonly number[];
  readonly values: readonly (number | null)[];
}

interface Place {
  readonly lon: number;
  readonly lat: number;
  readonly grid_lon: number;
  readonly grid_lat: number;
  readonly variable: string;
}

type Position = Place & Timed & { readonly value: number | null };
type Box = ExpectedStatistics &
  Timed & { readonly bbox: readonly number[]; readonly shape: readonly number[]; readonly variable: string };
type Series = ExpectedStatistics &
  Place & { readonly every: number; readonly values: readonly (number | null)[] };

interface Timed {
  readonly time?: string;
  /** Hours since 2000-01-01, as coads counts. */
  readonly TIME?: number;
}

interface ExpectedFile {
  readonly positions: readonly Position[];
  readonly bboxes: readonly Box[];
  readonly series_along_longest_axis: readonly Series[];
  readonly whole: Readonly<Record<string, ExpectedStatistics>>;
}

const HOUR_MS = 3_600_000;

function instantOf({ time, TIME }: Timed): string {
  return time ?? new Date(Date.UTC(2000, 0, 1) + TIME! * HOUR_MS).toISOString().replace('.000Z', 'Z');
}

/** The same instant, off by a few minutes: nearest is meant. */
function closeTo(instant: string): string {
  return new Date(Date.parse(instant) + 7 * 60_000).toISOString();
}

function cellBox({ grid_lon: x, grid_lat: y }: Place): string {
  return [x - 0.01, y - 0.01, x + 0.01, y + 0.01].join(',');
}

/** Every n-th, from the first on: each launch costs a third of a second. */
function everyNth<T>(items: readonly T[], n: number): T[] {
  return items.filter((_, i) => i % n === 0);
}

describeRealData('query answers with the values computed elsewhere', () => {
  let store: string;

  beforeAll(async () => {
    store = await makeFolder();
    for (const layer of ['air_temperature', 'eraint_uvz', 'era5_uk_t2m', 'coads_sst']) {
      await tilecurveDone(['write', realPath(`zarr/${layer}.zarr`), '--store', store, '--layer', layer]);
    }
  });
  afterAll(removeFolders);

  it('in every cell of the small cubes, across the antimeridian too', async () => {
    for (const cube of readExpected<Cube[]>('small_cubes_all_values.json')) {
      const asked = { store, layer: cube.dataset, parameter: cube.variable };
      const answer = await query(asked, `--bbox=${cube.bbox.join(',')}`, ...cubeOptions(cube));
      checkCube(answer, cube);
    }
  });

  it.each([
    { layer: 'era5_uk_t2m', positions: 4, boxes: 4, series: 2 },
    { layer: 'coads_sst', positions: 4, boxes: 3, series: 2 },
  ])('of the sample of $layer', async ({ layer, positions, boxes, series }) => {
    const expected = readExpected<ExpectedFile>(`${layer}.json`);
    for (const position of everyNth(expected.positions, positions)) {
      const what = `${layer} position ${position.lon} ${position.lat}`;
      const instant = instantOf(position);
      const asked = { store, layer, parameter: position.variable };
      const answer = await query(asked, `--bbox=${cellBox(position)}`, '--datetime', closeTo(instant));
      expect(answer.shape, what).toEqual([1, 1, 1, 1]);
      expect(answer.axes, what).toMatchObject({ t: [instant], z: [] });
      expectValue(answer.values[0], position.value, what);
    }
    for (const box of everyNth(expected.bboxes, boxes)) {
      const asked = { store, layer, parameter: box.variable };
      const answer = await query(asked, `--bbox=${box.bbox.join(',')}`, '--datetime', instantOf(box));
      expect(answer.shape).toEqual([1, 1, ...box.shape]);
      expectStatistics(answer.values, box, `${layer} box ${box.bbox}`);
    }
    for (const wanted of everyNth(expected.series_along_longest_axis, series)) {
      const answer = await query({ store, layer, parameter: wanted.variable }, `--bbox=${cellBox(wanted)}`);
      const what = `${layer} series ${wanted.lon} ${wanted.lat}`;
      expectStatistics(answer.values, wanted, what);
      expectValues(everyNth(answer.values, wanted.every), wanted.values, what);
    }
    const [[parameter, whole]] = Object.entries(expected.whole) as [[string, ExpectedStatistics]];
    expectStatistics((await query({ store, layer, parameter })).values, whole, `${layer}, whole`);
  });

  it('of intervals, half open ones and lists of instants', async () => {
    const asked = { store, layer: 'coads_sst', parameter: 'AIRT' };
    const box = '--bbox=-131,73,-131,73';
    const { series_along_longest_axis } = readExpected<ExpectedFile>('coads_sst.json');
    const { values } = series_along_longest_axis.find((series) => series.grid_lon === -131)!;
    const months = async (datetime: string) => (await query(asked, box, '--datetime', datetime)).values;
    expectValues(await months('2000-07-01/2000-09-30'), values.slice(6, 9), 'interval');
    expectValues(await months('../2000-02-15T16:29:06Z'), values.slice(0, 2), 'open start');
    expectValues(await months('2000-12-16T01:20:06Z/..'), values.slice(11), 'open end');
    expectValues(
      await months('2000-08-16T07:23:42Z,2000-11-15T14:51:00Z'),
      [values[7]!, values[10]!],
      'list',
    );
  });
});

function cubeOptions({ interval, month }: Cube): string[] {
  return [
    ...(interval === undefined ? [] : ['--datetime', interval]),
    ...(month === undefined ? [] : ['--axis', `month=${month}`]),
  ];
}

function checkCube(answer: QueryAnswer, cube: Cube): void {
  const what = `${cube.dataset} ${cube.bbox}`;
  expect(
    answer.shape.filter((_, i) => !['month', cube.levels ? 't' : 'z'].includes(answer.dims[i]!)),
  ).toEqual(cube.shape);
  expect(answer.axes.y).toEqual(cube.y);
  const wanted = cube.x ?? cube.x_0_360!;
  const { x } = answer.axes as { x: number[] };
  expect(x, what).toEqual([...x].sort((a, b) => a - b));
  expect(x.map((lon) => (lon + 720) % 360)).toEqual(wanted.map((lon) => (lon + 720) % 360));
  if (cube.levels) expect(answer.axes.z).toEqual(cube.levels);
  if (cube.interval) {
    expect([answer.axes.t![0], answer.axes.t!.at(-1)]).toEqual(cube.interval.split('/'));
  }
  expectValues(answer.values, cube.values, what);
}
