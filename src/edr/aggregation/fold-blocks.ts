import { accumulatorOf } from './accumulator.js';
import type { AggregationMethod } from './methods.js';
import type { ResultBlocks } from './shared-results.js';

/** Tables of values one after the other that go to the same results. */
export interface ValueTables {
  readonly rows: number;
  readonly columns: number;
  /** Row-major over `rows` of `columns` each, in blocks of any length. */
  blocks(): AsyncIterable<Float64Array>;
}

/** Which of the two become one. */
export interface TableReduction {
  readonly rows: boolean;
  readonly columns: boolean;
}

/** Results over the rows, the columns or both of tables while their blocks come. Holds a block and the results. */
export async function* foldBlocks(
  { rows, columns, blocks }: ValueTables,
  reduction: TableReduction,
  methods: readonly AggregationMethod[],
): ResultBlocks {
  const count = (reduction.rows ? 1 : rows) * (reduction.columns ? 1 : columns);
  const accumulators = methods.map((method) => accumulatorOf(method, count));
  const step = reduction.columns ? 0 : 1;
  const rowStep = reduction.rows ? 0 : count / rows;
  let [row, column] = [0, 0];
  for await (const values of blocks()) {
    for (let from = 0; from < values.length; ) {
      const length = Math.min(values.length - from, columns - column);
      const at = row * rowStep + column * step;
      for (const accumulator of accumulators) {
        accumulator.add({ values, from, count: length, at, step, weight: 1 });
      }
      from += length;
      column += length;
      if (column < columns) continue;
      column = 0;
      row = (row + 1) % rows;
    }
  }
  yield accumulators.map((accumulator) => accumulator.results());
}
