import type { Command } from 'commander';
import { chooseCells, maskValues } from '../edr/index.js';
import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { type Axis, formatInstant, type Grid, parseLayerName, selectedNumbers } from '../grid/index.js';
import {
  LayerReader,
  newStats,
  type QueryDimension,
  type QueryPlan,
  type QueryStats,
} from '../layer/index.js';
import { collectAxis } from './axis-options.js';
import {
  asOption,
  chosenSnapshot,
  type LayerOptions,
  openExistingStore,
  parseCount,
  withLayer,
} from './layer-options.js';
import { formatTable, printResult } from './output.js';

/** Rows of values a person is shown. */
const SHOWN_VALUES = 12;
const SHOWN_DIGITS = 9;
const DEFAULT_MAX_CELLS = 20_000_000;

interface QueryOptions extends LayerOptions {
  readonly parameter: string;
  readonly bbox?: string;
  readonly crs?: string;
  readonly datetime?: string;
  readonly z?: string;
  readonly axis: Readonly<Record<string, string>>;
  readonly explain?: boolean;
  readonly maxCells: number;
}

/** `tilecurve query`: the cells of one parameter in a box. */
export function addQueryCommand(program: Command, signal: AbortSignal): void {
  withLayer(program.command('query'))
    .description('read the cells of one parameter in a box; no cell exits with 1')
    .requiredOption('--parameter <id>', 'the parameter')
    .option('--bbox <w,s,e,n>', "in the layer's own CRS; w > e crosses the antimeridian (default: all)")
    .option('--crs <id>', 'what the numbers of --bbox mean')
    .option('--datetime <when>', 'an instant, a list a,b, an interval a/b, ../b or a/..')
    .option('--z <levels>', 'a level, a list, or an interval a/b')
    .option('--axis <name=value>', 'value on a custom axis (repeatable)', collectAxis, {})
    .option('--explain', 'show the work the query took')
    .option('--max-cells <number>', 'largest answer in cells', asOption(parseCount), DEFAULT_MAX_CELLS)
    .action((options: QueryOptions) => queryCommand(options, signal));
}

async function queryCommand(options: QueryOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store);
  const layer = parseLayerName(options.layer);
  const sequence = await chosenSnapshot(store, options, signal);
  const reader = await LayerReader.open(store, layer, { sequence, signal });
  try {
    const { grid } = reader.manifest;
    const parameter = reader.parameter(options.parameter);
    const { bbox, datetime, z, axis: custom } = options;
    const cells = chooseCells(grid, parameter, {
      bbox,
      crs: options.crs ?? grid.crs.id,
      datetime,
      z,
      custom,
    });
    const asked = { layer, parameter: parameter.id, bbox, datetime, z, ...custom };
    if (cells === undefined) throw new NotFoundError('no cell of the layer matches', asked);
    const plan = reader.plan({ parameter: parameter.id, ...cells.query });
    if (plan.cells > options.maxCells) {
      throw new InvalidArgumentError('the answer has too many cells; ask for less, or raise --max-cells', {
        cells: plan.cells,
        allowed: options.maxCells,
      });
    }
    const stats = newStats();
    const values = await maskValues(await reader.read(plan, { signal, stats }), grid, cells);
    if (values === undefined) throw new NotFoundError('no cell of the layer lies in the box', asked);
    const answer = {
      parameter: parameter.id,
      unit: parameter.unit ?? null,
      dims: plan.dims,
      shape: plan.shape,
      axes: axesOf(grid, plan),
      values: Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
      stats,
    };
    printResult({ isJson: options.json === true }, answer, () => [
      ...describeAnswer(answer),
      ...(options.explain ? explain(plan, stats) : []),
    ]);
  } finally {
    await reader.close();
  }
}

type AxisValues = readonly (number | string)[];

/** Coordinates of the answer by dimension; an axis the parameter lacks has none. */
function axesOf(grid: Grid, plan: QueryPlan): Record<string, AxisValues> {
  return Object.fromEntries(
    plan.dimensions.map((dimension) => [dimension.name, valuesOf(grid, plan, dimension)]),
  );
}

function valuesOf(grid: Grid, { parameter }: QueryPlan, { name, selection }: QueryDimension): AxisValues {
  const axis = axisNamed(grid, name);
  const isOwn = name === 'x' || name === 'y' || parameter.axes.includes(name);
  if (axis === undefined || !isOwn) return [];
  const { coordinates } = axis;
  if (coordinates.kind === 'labels') {
    return selection.flatMap(({ start, end }) => coordinates.values.slice(start, end));
  }
  const numbers = selectedNumbers(axis, selection);
  return name === 't' ? numbers.map((instant) => formatInstant(instant, grid.t!.calendar)) : numbers;
}

function axisNamed(grid: Grid, name: string): Axis | undefined {
  if (name === 't' || name === 'z' || name === 'y' || name === 'x') return grid[name];
  return grid.custom.find((axis) => axis.name === name);
}

function describeAnswer(answer: {
  parameter: string;
  unit: string | null;
  dims: readonly string[];
  shape: readonly number[];
  axes: Record<string, AxisValues>;
  values: readonly (number | null)[];
}): string[] {
  const { parameter, unit, dims, shape, axes, values } = answer;
  const valid = values.filter((value) => value !== null);
  const sum = valid.reduce((a, b) => a + b, 0);
  const range = valid.reduce(
    ([low, high], v) => [Math.min(low!, v), Math.max(high!, v)],
    [Infinity, -Infinity],
  );
  return [
    `${parameter} [${unit ?? 'no unit'}]: ${values.length} cells, ${valid.length} valid`,
    ...formatTable(dims.map((dim, i) => [dim, String(shape[i]), spanOf(axes[dim]!)])),
    ...(valid.length > 0
      ? [`min ${shown(range[0]!)}, mean ${shown(sum / valid.length)}, max ${shown(range[1]!)}`]
      : []),
    `values ${values.slice(0, SHOWN_VALUES).map(shown).join(' ')}${values.length > SHOWN_VALUES ? ' ... (--json has all)' : ''}`,
  ];
}

/** Without the last digits of a double, which say nothing to a person. */
function shown(value: number | null): string {
  return value === null ? '-' : String(Number(value.toPrecision(SHOWN_DIGITS)));
}

function spanOf(values: AxisValues): string {
  if (values.length === 0) return '-';
  return values.length === 1 ? String(values[0]) : `${values[0]} .. ${values.at(-1)}`;
}

function explain(plan: QueryPlan, stats: QueryStats): string[] {
  return formatTable([
    ['ranges', `${stats.ranges} on the ${plan.runs.length === 1 ? 'run' : `${plan.runs.length} runs`} asked`],
    ['segments', `${stats.segmentsOpened} opened of ${stats.segmentsTotal}`],
    ['tiles', `${stats.tilesRead} read`],
    ['bytes', `${stats.bytesRead} read, ${plan.cells * Float64Array.BYTES_PER_ELEMENT} returned as float64`],
  ]);
}
