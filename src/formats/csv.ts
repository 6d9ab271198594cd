import {
  type CellCoordinate,
  type CellCoordinates,
  cellCoordinates,
  coordinateOf,
} from './cell-coordinates.js';
import type { Coverage, CoverageAnswer } from './coverage.js';
import type { CoverageFormat, EncodeOptions } from './coverage-format.js';
import { rowRuns, type TableLayout, tableLayout } from './coverage-table.js';
import { longestNumber, numberPrinter, type PrintNumbers } from './number-text.js';
import { OutChunks } from './out-chunks.js';

/** A long table as comma-separated text. */
export const csv: CoverageFormat = {
  token: 'CSV',
  mediaTypes: ['text/csv'],
  aliases: [],
  isText: true,
  extension: 'csv',
  encode: encodeCsv,
};

/** The text of one coordinate of a cell, with the comma behind it. */
type TextColumn = (cell: number) => Uint8Array;

/** A comma, a number, and what printers write over beyond it. */
const fieldBytes = longestNumber + 8;
const comma = 44;
const lineEnd = Buffer.from('\r\n');

/**
 * The answer as a table: a header, then a row for each cell of each coverage, ended by CRLF. Units are not in the
 * header, so that columns are called what parameters are. A missing value is an empty field.
 *
 * Cost:   a block of each parameter and one chunk are held.
 * Throws: InvalidArgumentError as `encodeCoverageJson`; the signal's reason when it aborts.
 * Source: RFC 4180.
 */
export async function* encodeCsv(
  answer: CoverageAnswer,
  { signal }: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  const layout = tableLayout(answer);
  const printers = layout.parameters.map(({ parameter }) => numberPrinter(parameter.precision));
  const out = new OutChunks();
  out.text(headerLine(layout));
  for (const coverage of answer.coverages) {
    const cells = cellCoordinates(coverage.domain);
    const texts = coordinateTexts(coverage, cells, layout);
    for await (const run of rowRuns(coverage, { answer, layout, cells: cells.count }, signal)) {
      for (let row = 0; row < run.length; row++) {
        for (const textOf of texts) out.bytes(textOf(run.start + row));
        for (let p = 0; p < printers.length; p++) {
          writeValue(run.columns[p], { row, isFirst: p === 0, print: printers[p]!, out });
        }
        out.bytes(lineEnd);
        if (out.hasFull) yield* out.takeFull();
      }
      signal?.throwIfAborted();
    }
  }
  yield* out.takeRest();
}

function headerLine({ members, coordinates, parameters }: TableLayout): string {
  const names = [...members, ...coordinates, ...parameters].map(({ column }) => column);
  return `${names.map(quoteField).join(',')}\r\n`;
}

function coordinateTexts(
  { members = {} }: Coverage,
  cells: CellCoordinates,
  layout: TableLayout,
): TextColumn[] {
  const fixed = layout.members.map(({ axis }) => textColumn({ values: [members[axis] ?? ''], stride: 1 }));
  const moving = layout.coordinates.map(({ axis }) =>
    textColumn(cells[axis] ?? { values: [''], stride: 1 }, cells.count),
  );
  return [...fixed, ...moving];
}

/** Texts are kept where cells share them: a line may have a million vertices, each with coordinates of its own. */
function textColumn({ values, stride }: CellCoordinate<number | string>, count?: number): TextColumn {
  const format = (value: number | string) => Buffer.from(`${quoteField(String(value))},`);
  if (stride === 1 && values.length === count) return (cell) => format(values[cell]!);
  const texts = { values: values.map(format), stride };
  return (cell) => coordinateOf(texts, cell);
}

function writeValue(
  values: Float64Array | Float32Array | undefined,
  { row, isFirst, print, out }: { row: number; isFirst: boolean; print: PrintNumbers; out: OutChunks },
): void {
  const to = out.room(fieldBytes);
  if (!isFirst) to.bytes[to.at++] = comma;
  if (values === undefined || !Number.isFinite(values[row])) return;
  // Ends after one number: the second would begin behind the end.
  print(values, { start: row, isFirst: true, to, end: to.at + 1 });
}

/** A field as RFC 4180 wants it: in quotes when it has a comma, a quote or a line break. */
function quoteField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
