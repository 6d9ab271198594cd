import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { axisNumbers, type Grid } from '../../src/grid/index.js';
import { openSource, type Source, type SourceParameter } from '../../src/sources/index.js';

const root = resolve(import.meta.dirname, '../../../shared/data');

/** Whether the real data is here. */
export const hasRealData = existsSync(join(root, 'zarr'));

/** Why suites over the real data are skipped, as part of their name. */
export const absence = hasRealData ? '' : ' (skipped: no ../shared/data)';

/** Opens a store of the real data with ample memory. */
export function openReal(path: string): Promise<Source> {
  return openSource(join(root, path), { maxChunkBytes: 64 * 1024 * 1024 });
}

/** A file of independently computed answers. */
export function readExpected<T>(name: string): T {
  return JSON.parse(readFileSync(join(root, 'expected', name), 'utf8')) as T;
}

/** A parameter that is surely there. */
export function parameterOf(source: Source, id: string): SourceParameter {
  return source.parameters.find((parameter) => parameter.id === id)!;
}

/** Values of a window given by dimension name; dimensions not named are whole. NaN for no data. */
export async function readValues(
  source: Source,
  id: string,
  window: Readonly<Record<string, readonly [start: number, end: number]>> = {},
): Promise<{ shape: readonly number[]; values: number[] }> {
  const parameter = parameterOf(source, id);
  const spans = parameter.dims.map((dim, i) => window[dim] ?? ([0, parameter.shape[i]!] as const));
  const cells = await source.read(parameter, { start: spans.map(([a]) => a), end: spans.map(([, b]) => b) });
  const values = Array.from(cells.cells, (cell) =>
    cell === parameter.noData ? Number.NaN : cell * parameter.scale + parameter.offset,
  );
  return { shape: cells.shape, values };
}

/** Position of the value nearest to `wanted`, longitudes modulo 360. */
export function nearest(grid: Grid, axis: 'x' | 'y' | 't' | 'z', wanted: number): number {
  const numbers = axisNumbers(grid[axis]!);
  const distance = (value: number) =>
    axis === 'x' ? Math.abs(((value - wanted + 540) % 360) - 180) : Math.abs(value - wanted);
  return numbers.reduce((best, value, i) => (distance(value) < distance(numbers[best]!) ? i : best), 0);
}
