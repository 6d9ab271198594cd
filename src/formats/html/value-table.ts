import { html, type Markup } from '../../render/index.js';
import { type CellCoordinate, coordinateOf } from '../cell-coordinates.js';
import type { CoverageParameter } from '../coverage.js';
import type { TableLayout } from '../coverage-table.js';
import { longestNumber, numberPrinter } from '../number-text.js';
import { parameterLabel } from './labels.js';
import type { ReadCoverage } from './read-coverage.js';

const MAX_ROWS = 300;

/** The first rows of an answer as a table, in the order of CSV, and how many there are. */
export function valueTable(coverages: readonly ReadCoverage[], layout: TableLayout): Markup {
  const total = coverages.reduce((sum, { cells }) => sum + cells.count, 0);
  const texts = layout.parameters.map(({ parameter }) => valueText(parameter));
  const rows: Markup[] = [];
  for (const one of coverages) {
    for (let cell = 0; cell < one.cells.count && rows.length < MAX_ROWS; cell++) {
      const [first, ...others] = [
        ...layout.members.map(({ axis }) => String(one.coverage.members?.[axis] ?? '')),
        ...layout.coordinates.map(({ axis }) => coordinateText(one.cells[axis], cell)),
      ];
      const values = one.columns.map(
        (column, p) => html`<td class="number">${column && texts[p]!(column[cell]!)}</td>`,
      );
      rows.push(
        html`<tr><th scope="row">${first}</th>${others.map((text) => html`<td>${text}</td>`)}${values}</tr>`,
      );
    }
  }
  const heads = [...layout.members, ...layout.coordinates].map(
    ({ column }) => html`<th scope="col">${column}</th>`,
  );
  const named = layout.parameters.map(
    ({ parameter, column }) =>
      html`<th scope="col" class="number">${column}<br><small>${parameterLabel(parameter)}</small></th>`,
  );
  const count =
    total > rows.length
      ? `Rows 1 to ${rows.length} of ${total}`
      : total === 1
        ? 'One row'
        : `All ${total} rows`;
  return html`<p>${count}; a missing value is empty.</p>
<div class="scroll" role="region" aria-label="Table of values" tabindex="0"><table><thead><tr>${heads}${named}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}

function coordinateText(coordinate: CellCoordinate<number | string> | undefined, cell: number): string {
  return coordinate === undefined ? '' : String(coordinateOf(coordinate, cell));
}

/** With as many digits as the other forms. */
function valueText({ precision }: CoverageParameter): (value: number) => string {
  const print = numberPrinter(precision);
  const bytes = Buffer.alloc(2 * longestNumber);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return (value) => {
    if (!Number.isFinite(value)) return '';
    const to = { bytes, view, at: 0 };
    print(Float64Array.of(value), { start: 0, isFirst: true, to, end: longestNumber });
    return bytes.toString('latin1', 0, to.at);
  };
}
