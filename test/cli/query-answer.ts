import { expect } from 'vitest';
import { tilecurveJson } from './command-line.js';

/** What `query --json` prints. */
export interface QueryAnswer {
  readonly parameter: string;
  readonly unit: string | null;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly axes: Readonly<Record<string, readonly (number | string)[]>>;
  readonly values: readonly (number | null)[];
  readonly stats: Readonly<Record<string, number>>;
}

/** A layer in a store, and the parameter asked for. */
export interface Asked {
  readonly store: string;
  readonly layer: string;
  readonly parameter: string;
}

const MEMBERS = ['axes', 'dims', 'parameter', 'shape', 'stats', 'unit', 'values'];
const STATS = ['bytesRead', 'ranges', 'segmentsOpened', 'segmentsTotal', 'tilesRead'];

/** Runs `query --json` and checks the shape of its answer. */
export async function query(
  { store, layer, parameter }: Asked,
  ...more: readonly string[]
): Promise<QueryAnswer> {
  const args = ['query', '--store', store, '--layer', layer, '--parameter', parameter, ...more];
  const answer = await tilecurveJson<QueryAnswer>(args);
  expect(Object.keys(answer).sort()).toEqual(MEMBERS);
  expect(Object.keys(answer.stats)).toEqual(expect.arrayContaining(STATS));
  expect(answer.parameter).toBe(parameter);
  expect(answer.dims.slice(-4)).toEqual(['t', 'z', 'y', 'x']);
  expect(Object.keys(answer.axes)).toEqual(answer.dims);
  expect(answer.values).toHaveLength(answer.shape.reduce((a, b) => a * b, 1));
  answer.dims.forEach((dim, i) => {
    // An axis the layer lacks has length 1 and no coordinates.
    expect([answer.shape[i], 0], dim).toContain(answer.axes[dim]!.length);
  });
  return answer;
}

/** Without what may differ between layers of the same data: the work, and where time is. */
export function comparable({ parameter, unit, dims, shape, axes, values }: QueryAnswer): string {
  return JSON.stringify({ parameter, unit, dims, shape, axes, values });
}

/** Statistics of independently computed answers; `null` stands for no data. */
export interface ExpectedStatistics {
  readonly cells: number;
  readonly valid: number;
  readonly nulls: number;
  readonly sum?: number | null;
  readonly min?: number | null;
  readonly max?: number | null;
  /** Left out where no cell is valid. */
  readonly first?: number | null;
  readonly last?: number | null;
}

/** Compares one value: within 1e-3 or 1e-6 of it, whichever is larger; null for null. */
export function expectValue(found: number | null | undefined, wanted: number | null, what: string): void {
  if (wanted === null) expect(found, what).toBe(null);
  else {
    expect(typeof found, what).toBe('number');
    expect(Math.abs(found! - wanted), `${what}: ${found} is not ${wanted}`).toBeLessThanOrEqual(
      Math.max(1e-3, Math.abs(wanted) * 1e-6),
    );
  }
}

/** Compares lists of values one by one. */
export function expectValues(
  found: readonly (number | null)[],
  wanted: readonly (number | null)[],
  what: string,
): void {
  expect(found, what).toHaveLength(wanted.length);
  wanted.forEach((value, i) => {
    expectValue(found[i], value, `${what} [${i}]`);
  });
}

/** Compares values with statistics computed elsewhere. */
export function expectStatistics(
  values: readonly (number | null)[],
  wanted: ExpectedStatistics,
  what: string,
): void {
  const valid = values.filter((value) => value !== null);
  expect({ cells: values.length, valid: valid.length }, what).toEqual({
    cells: wanted.cells,
    valid: wanted.valid,
  });
  expectValue(values[0], wanted.first ?? null, `${what}, first`);
  expectValue(values.at(-1), wanted.last ?? null, `${what}, last`);
  if (typeof wanted.sum !== 'number') return;
  const [sum, size] = valid.reduce(([a, b], value) => [a! + value, b! + Math.abs(value)], [0, 0]);
  expect(Math.abs(sum! - wanted.sum), `${what}, sum`).toBeLessThanOrEqual(Math.max(1e-3, size! * 1e-6));
  const low = valid.reduce((a, b) => Math.min(a, b), Infinity);
  const high = valid.reduce((a, b) => Math.max(a, b), -Infinity);
  expectValue(low, wanted.min!, `${what}, min`);
  expectValue(high, wanted.max!, `${what}, max`);
}
