import type { LayerReader } from '../../../src/layer/index.js';
import { type DenseField, type Place, placesIn, roles } from './dense-field.js';
import type { Content } from './layer-model.js';
import { type ModelGrid, productGrid, sizesOf } from './model-grid.js';

/** A difference between the product and the model. */
export class DisagreementError extends Error {}

/** Throws: DisagreementError when `found` is not `expected`. */
export function requireEqual(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new DisagreementError(`${what}: found ${a}, expected ${b}`);
}

/** Every cell of the native level, the axes, how many levels there are, and the statistics. */
export async function checkCells(reader: LayerReader, content: Content): Promise<void> {
  const { manifest } = reader;
  requireEqual('levels', manifest.levels, content.levels);
  const { x, y, t, z, custom } = productGrid(content.grid);
  requireEqual('axes', numbersOf(manifest.grid), numbersOf({ x, y, t, z, custom }));
  for (const field of content.fields) {
    const values = await reader.read(reader.plan({ parameter: field.spec.id }));
    let i = 0;
    for (const at of placesIn(field.sizes)) requireCell(field, at, values[i++]!);
    requireEqual('cells', values.length, i);
    checkStatistics(reader, field);
  }
}

/** NaN stands for no data. */
export function requireCell(field: DenseField, at: Place, found: number): void {
  const expected = field.physicalAt(at);
  if (expected === null ? Number.isNaN(found) : found === expected) return;
  throw new DisagreementError(
    `${field.spec.id} at ${JSON.stringify(at)}: found ${found}, expected ${expected}`,
  );
}

/** Two grids are equal when their cells are at the same places, however that is written down. */
function numbersOf(grid: Pick<ReturnType<typeof productGrid>, 'x' | 'y' | 't' | 'z' | 'custom'>): unknown {
  const numbers = (axis: typeof grid.x | undefined): unknown => {
    if (axis === undefined) return null;
    const { coordinates } = axis;
    if (coordinates.kind !== 'regular') return coordinates.values;
    const { start, step, count } = coordinates;
    return Array.from({ length: count }, (_, i) => start + i * step);
  };
  return [grid.x, grid.y, grid.t, grid.z, ...grid.custom].map(numbers);
}

function checkStatistics({ manifest }: LayerReader, field: DenseField): void {
  const values = [...field.valid()];
  const found = manifest.statistics[field.spec.id];
  requireEqual(`valid cells of ${field.spec.id}`, found?.valid ?? 0, values.length);
  if (found === undefined) return;
  requireEqual(
    `extremes of ${field.spec.id}`,
    [found.min, found.max],
    [Math.min(...values), Math.max(...values)],
  );
  const sum = values.reduce((a, b) => a + b, 0);
  if (Math.abs(found.sum - sum) > 1e-6 * (1 + Math.abs(sum))) requireEqual('sum', found.sum, sum);
}

/** Each level is what its method makes of the level below it, as the product shows that one. */
export async function checkLevels(reader: LayerReader, content: Content): Promise<void> {
  for (const field of content.fields) {
    let below = await readPlane(reader, field, 0);
    let latitudes = [...content.grid.values.y];
    let step = latitudes[1]! - latitudes[0]!;
    for (let level = 1; level < content.levels; level++) {
      const above = await readPlane(reader, field, level);
      requireEqual('rows and columns', [above.rows, above.cols], [half(below.rows), half(below.cols)]);
      requireReduced(field, { below, above, latitudes, level });
      // Rows stay regular: the last of an odd count lies where it would if it covered two.
      latitudes = latitudes.filter((_, i) => i % 2 === 0).map((value) => value + step / 2);
      step *= 2;
      below = above;
    }
  }
}

interface Planes {
  readonly values: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

async function readPlane(reader: LayerReader, field: DenseField, level: number): Promise<Planes> {
  const plan = reader.plan({ parameter: field.spec.id, level });
  const values = await reader.read(plan);
  return { values, rows: plan.shape.at(-2)!, cols: plan.shape.at(-1)! };
}

function requireReduced(
  field: DenseField,
  job: { below: Planes; above: Planes; latitudes: readonly number[]; level: number },
): void {
  const { below, above, latitudes, level } = job;
  const count = above.values.length / (above.rows * above.cols);
  for (let plane = 0; plane < count; plane++) {
    for (let row = 0; row < above.rows; row++) {
      for (let col = 0; col < above.cols; col++) {
        const block: { value: number; weight: number }[] = [];
        for (const [r, c] of [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ] as const) {
          const [y, x] = [2 * row + r, 2 * col + c];
          if (y >= below.rows || x >= below.cols) continue;
          const value = below.values[(plane * below.rows + y) * below.cols + x]!;
          block.push({ value, weight: Math.max(Math.cos((latitudes[y]! * Math.PI) / 180), 1e-6) });
        }
        const found = above.values[(plane * above.rows + row) * above.cols + col]!;
        requireReducedCell(field, { block, found, place: [level, plane, row, col] });
      }
    }
  }
}

function requireReducedCell(
  field: DenseField,
  cell: { block: readonly { value: number; weight: number }[]; found: number; place: readonly number[] },
): void {
  const { spec } = field;
  const valid = cell.block.filter(({ value }) => !Number.isNaN(value));
  const expected = reduced(spec.method, cell.block, valid);
  const isFloat = spec.type.startsWith('float');
  // Whole steps are rounded to; a step further where rounding would meet the value that says "no data".
  const isTaken = Math.abs((expected - spec.offset) / spec.scale - (spec.noData ?? Number.NaN)) <= 0.5;
  const tolerance = isFloat ? 1e-6 * (1 + Math.abs(expected)) : spec.scale * (isTaken ? 1.5 : 0.5) + 1e-9;
  const isEqual = Number.isNaN(expected)
    ? Number.isNaN(cell.found)
    : Math.abs(cell.found - expected) <= tolerance;
  if (isEqual) return;
  const block = cell.block.map(({ value }) => value);
  throw new DisagreementError(
    `${spec.id}, ${spec.method} of ${block} at level, plane, row, col ${cell.place}: found ${cell.found}, expected ${expected}`,
  );
}

function reduced(
  method: DenseField['spec']['method'],
  block: readonly { value: number; weight: number }[],
  valid: readonly { value: number; weight: number }[],
): number {
  if (method === 'nearest') return block[0]!.value;
  if (valid.length === 0) return Number.NaN;
  const values = valid.map(({ value }) => value).sort((a, b) => a - b);
  if (method === 'min') return values[0]!;
  if (method === 'max') return values.at(-1)!;
  if (method === 'median') {
    const n = values.length;
    return n % 2 === 1 ? values[(n - 1) / 2]! : (values[n / 2 - 1]! + values[n / 2]!) / 2;
  }
  if (method === 'mode') {
    const counts = values.map((value) => values.filter((other) => other === value).length);
    return values[counts.indexOf(Math.max(...counts))]!;
  }
  const weight = valid.reduce((sum, cell) => sum + cell.weight, 0);
  return valid.reduce((sum, cell) => sum + cell.value * cell.weight, 0) / weight;
}

function half(count: number): number {
  return Math.ceil(count / 2);
}

/** Sizes of the axes in the order of an answer's dimensions. */
export function shapeOf(grid: ModelGrid, field: DenseField): number[] {
  const sizes = sizesOf(grid);
  return roles
    .filter((role) => role !== 'member' || grid.has.includes('member'))
    .map((role) => Math.min(sizes[role], field.sizes[role]));
}
