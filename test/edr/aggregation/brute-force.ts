import type { Coverage, CoverageAnswer, CoverageRange, DomainAxis } from '../../../src/formats/index.js';

/** Names of methods, as requests spell them. */
export const methods = ['mean', 'min', 'max', 'sum', 'count', 'std'] as const;
export type Method = (typeof methods)[number];

const order = ['t', 'z', 'y', 'x'] as const;

/** All values of a range. */
export async function valuesOf(range: CoverageRange): Promise<number[]> {
  const values: number[] = [];
  for await (const block of range.values()) for (const value of block) values.push(value);
  return values;
}

/** The range of a parameter in a coverage. */
export function rangeNamed({ ranges }: Coverage, parameter: string): CoverageRange {
  return ranges.find((range) => range.parameter === parameter)!;
}

/** Lengths of t, z, y and x of a domain. */
export function lengthsOf({ domain }: Coverage): number[] {
  return order.map((name) => {
    const axis = domain[name];
    return axis === undefined ? 1 : lengthOf(axis);
  });
}

function lengthOf(axis: DomainAxis): number {
  return axis.kind === 'regular' ? axis.count : axis.values.length;
}

/** Every valid value with its weight, by the result it belongs to, in the order of the kept axes. */
export function collect(
  values: readonly number[],
  lengths: readonly number[],
  { axes, weights }: { readonly axes: readonly string[]; readonly weights: readonly number[] },
): { value: number; weight: number }[][] {
  const kept = order.map((name) => !axes.includes(name));
  const results: { value: number; weight: number }[][] = [];
  const count = lengths.reduce((product, length, d) => (kept[d] ? product * length : product), 1);
  for (let i = 0; i < count; i++) results.push([]);
  values.forEach((value, i) => {
    const at = [0, 0, 0, 0];
    for (let d = 3, rest = i; d >= 0; d--) {
      at[d] = rest % lengths[d]!;
      rest = Math.floor(rest / lengths[d]!);
    }
    const place = at.reduce((sum, index, d) => (kept[d] ? sum * lengths[d]! + index : sum), 0);
    if (!Number.isNaN(value))
      results[place]!.push({ value, weight: axes.includes('y') ? weights[at[2]!]! : 1 });
  });
  return results;
}

/** One result, the plainest way. */
export function reduce(method: Method, cells: readonly { value: number; weight: number }[]): number {
  if (method === 'count') return cells.length;
  if (cells.length === 0) return Number.NaN;
  const values = cells.map(({ value }) => value);
  if (method === 'min') return values.reduce((a, b) => Math.min(a, b));
  if (method === 'max') return values.reduce((a, b) => Math.max(a, b));
  if (method === 'sum') return values.reduce((a, b) => a + b, 0);
  const weight = cells.reduce((sum, cell) => sum + cell.weight, 0);
  const mean = cells.reduce((sum, cell) => sum + cell.value * cell.weight, 0) / weight;
  if (method === 'mean') return mean;
  return Math.sqrt(cells.reduce((sum, cell) => sum + (cell.value - mean) ** 2 * cell.weight, 0) / weight);
}

/** The largest difference between results, and where; NaN differs from all but NaN. */
export function differ(
  found: readonly number[],
  expected: readonly number[],
  tolerance: number,
): string | undefined {
  if (found.length !== expected.length) return `${found.length} results for ${expected.length}`;
  for (const [i, value] of found.entries()) {
    const other = expected[i]!;
    if (Number.isNaN(value) && Number.isNaN(other)) continue;
    if (!(Math.abs(value - other) <= tolerance)) return `[${i}]: ${value} for ${other}`;
  }
  return undefined;
}

/** Coverages of an answer in their order. */
export function coveragesOf(answer: CoverageAnswer | undefined): readonly Coverage[] {
  return answer?.coverages ?? [];
}
