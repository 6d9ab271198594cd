import { type PlacedCells, placedCells } from '../cell-coordinates.js';
import type { Coverage, CoverageAnswer } from '../coverage.js';
import { rowRuns, type TableLayout } from '../coverage-table.js';

/** A coverage with all its values. */
export interface ReadCoverage {
  readonly coverage: Coverage;
  readonly cells: PlacedCells;
  /** In the order of the answer's parameters, undefined where the coverage lacks one; NaN is missing. */
  readonly columns: readonly (Float64Array | undefined)[];
}

/** Holds all values of one coverage. Throws: as `rowRuns`. */
export async function readCoverage(
  coverage: Coverage,
  { answer, layout }: { readonly answer: CoverageAnswer; readonly layout: TableLayout },
  signal: AbortSignal | undefined,
): Promise<ReadCoverage> {
  const cells = placedCells(coverage.domain);
  const columns = layout.parameters.map(({ parameter }) =>
    coverage.ranges.some((range) => range.parameter === parameter.id)
      ? new Float64Array(cells.count)
      : undefined,
  );
  for await (const run of rowRuns(coverage, { answer, layout, cells: cells.count }, signal)) {
    run.columns.forEach((values, p) => {
      if (values !== undefined) columns[p]!.set(values, run.start);
    });
  }
  return { coverage, cells, columns };
}
