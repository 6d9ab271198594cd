import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coordinateAt, formatInstant, type Grid } from '../../../src/grid/index.js';
import {
  openSource,
  type Source,
  type SourceParameter,
  type SourceWindow,
} from '../../../src/sources/index.js';

/** What `tools/make-netcdf-fixtures.py` says is in a file. */
export interface Expected {
  readonly file: string;
  readonly axes: Readonly<Record<string, readonly (number | string)[]>>;
  readonly parameters: Readonly<
    Record<
      string,
      {
        readonly dims: readonly string[];
        readonly shape: readonly number[];
        readonly values: readonly (number | null)[];
      }
    >
  >;
}

/** Path of a fixture. */
export function fixture(name: string): string {
  return join(import.meta.dirname, 'fixtures', name);
}

/** All files that can be read, with what is in them. */
export const expectations: readonly Expected[] = readFileSync(fixture('expected.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Expected);

/** Opens a file, all of its parameters or these. */
export function openFile(path: string, parameters?: readonly string[]): Promise<Source> {
  return openSource(path, { maxChunkBytes: 1024 * 1024, ...(parameters && { parameters }) });
}

/** Physical values of a window; null for no data. */
export async function readWindow(
  source: Source,
  parameter: SourceParameter,
  window: SourceWindow = { start: parameter.shape.map(() => 0), end: parameter.shape },
): Promise<(number | null)[]> {
  const { cells } = await source.read(parameter, window);
  return Array.from(cells, (cell) =>
    cell === parameter.noData || Number.isNaN(cell) ? null : cell * parameter.scale + parameter.offset,
  );
}

/** Coordinates of an axis by role or name: numbers, labels, instants as text. */
export function coordinatesOf(grid: Grid, name: string): (number | string)[] {
  if (name === 't') {
    const { t } = grid;
    return t === undefined ? [] : values(t).map((instant) => formatInstant(Number(instant), t.calendar));
  }
  const axis =
    name === 'x' || name === 'y' || name === 'z' ? grid[name] : grid.custom.find((a) => a.name === name);
  return axis === undefined ? [] : values(axis);
}

function values({ coordinates, ...rest }: Grid['x']): (number | string)[] {
  if (coordinates.kind === 'labels') return [...coordinates.values];
  const count = coordinates.kind === 'regular' ? coordinates.count : coordinates.values.length;
  return Array.from({ length: count }, (_, i) => coordinateAt({ ...rest, coordinates }, i));
}
