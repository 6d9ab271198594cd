import { type Data, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from 'apache-arrow';
import type { CalendarName } from '../../grid/index.js';
import { type CellCoordinates, cellCoordinates, coordinateOf } from '../cell-coordinates.js';
import type { Coverage, CoverageAnswer } from '../coverage.js';
import type { EncodeOptions } from '../coverage-format.js';
import { type RowRun, rowRuns, type TableAxis, type TableLayout, tableLayout } from '../coverage-table.js';
import { floatTypeOf } from '../value-bytes.js';
import { type ArrowColumn, arrowField, FloatColumn, TextColumn, TimeColumn } from './arrow-column.js';

const batchRows = 16_384;
const endOfStream = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
const gregorian: readonly (CalendarName | undefined)[] = ['standard', 'proleptic_gregorian', undefined];

/**
 * The table that `CSV` prints as an Arrow IPC stream of batches of some thousand rows. Coordinates and members that
 * are numbers are float64, times are instants in UTC, or texts in a calendar that UTC does not have; parameters are
 * float32 or float64, null for a missing value. Fields carry unit, title and standard name as metadata.
 *
 * Cost:   a batch and a block of each parameter are held.
 * Throws: InvalidArgumentError as `encodeCoverageJson`; the signal's reason when it aborts.
 * Source: the Arrow columnar format, "IPC Streaming Format".
 */
export async function* encodeArrowStream(
  answer: CoverageAnswer,
  { signal }: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  const layout = tableLayout(answer);
  const batch = new BatchColumns(answer, layout);
  const stream = new BatchStream(batch.schema);
  for (const coverage of answer.coverages) {
    const cells = cellCoordinates(coverage.domain);
    for await (const run of rowRuns(coverage, { answer, layout, cells: cells.count }, signal)) {
      for (let row = 0; row < run.length; row++) {
        batch.add(coverage, cells, { run, row });
        if (batch.length === batchRows) yield* stream.write(batch.take());
      }
      signal?.throwIfAborted();
    }
  }
  if (batch.length > 0) yield* stream.write(batch.take());
  yield endOfStream;
}

/** The rows of one batch, column by column. */
class BatchColumns {
  readonly schema: Schema;
  length = 0;
  readonly #members: readonly { readonly axis: string; readonly column: ArrowColumn }[];
  readonly #coordinates: readonly {
    readonly axis: TableAxis;
    readonly column: ArrowColumn;
  }[];
  readonly #parameters: readonly FloatColumn[];

  constructor({ coverages }: CoverageAnswer, layout: TableLayout) {
    this.#members = layout.members.map(({ axis }) => ({ axis, column: memberColumn(coverages, axis) }));
    this.#coordinates = layout.coordinates.map(({ axis }) => ({
      axis,
      column: axis === 't' ? timeColumn(coverages) : new FloatColumn('float64', batchRows),
    }));
    this.#parameters = layout.parameters.map(
      ({ parameter }) => new FloatColumn(floatTypeOf(parameter), batchRows),
    );
    this.schema = new Schema([
      ...layout.members.map(({ column }, index) => arrowField(column, this.#members[index]!.column)),
      ...layout.coordinates.map(({ axis, column }, index) =>
        arrowField(column, this.#coordinates[index]!.column, aboutAxis(axis, coverages)),
      ),
      ...layout.parameters.map(({ column, parameter: { unit, title, standardName } }, index) =>
        arrowField(column, this.#parameters[index]!, { unit, title, standard_name: standardName }),
      ),
    ]);
  }

  add(
    { members = {} }: Coverage,
    cells: CellCoordinates,
    { run, row }: { readonly run: RowRun; readonly row: number },
  ): void {
    const cell = run.start + row;
    for (const { axis, column } of this.#members) column.set(this.length, members[axis]);
    for (const { axis, column } of this.#coordinates) {
      const coordinate = cells[axis];
      column.set(this.length, coordinate && coordinateOf<number | string>(coordinate, cell));
    }
    for (const [p, column] of this.#parameters.entries()) column.set(this.length, run.columns[p]?.[row]);
    this.length++;
  }

  take(): RecordBatch {
    const { length } = this;
    const columns = [...this.#members, ...this.#coordinates].map(({ column }) => column);
    const children: Data[] = [...columns, ...this.#parameters].map((column) => column.take(length));
    this.length = 0;
    const type = new Struct(this.schema.fields);
    return new RecordBatch(this.schema, makeData({ type, length, nullCount: 0, children }));
  }
}

/**
 * Messages of one stream. The library's own stream takes batches faster than they are sent and would hold all of
 * them, so each is written as a stream by itself: the schema before it counts once, and the end behind it not at all.
 */
class BatchStream {
  readonly #schema: Schema;
  #isBegun = false;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  *write(batch: RecordBatch): Generator<Uint8Array> {
    const bytes = tableToIPC(new Table(this.#schema, [batch]), 'stream');
    const start = this.#isBegun ? messageBytes(bytes) : 0;
    this.#isBegun = true;
    yield bytes.subarray(start, bytes.length - endOfStream.length);
  }
}

/** Bytes of the schema that a stream begins with: a mark, the length of what follows, which has no body. */
function messageBytes(stream: Uint8Array): number {
  return 8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);
}

function memberColumn(coverages: readonly Coverage[], axis: string): ArrowColumn {
  const areNumbers = coverages.every(({ members }) => typeof members?.[axis] !== 'string');
  return areNumbers ? new FloatColumn('float64', batchRows) : new TextColumn(batchRows);
}

/** A layer has one calendar. */
function timeColumn(coverages: readonly Coverage[]): ArrowColumn {
  const calendar = calendarOf(coverages);
  return gregorian.includes(calendar)
    ? new TimeColumn(calendar ?? 'standard', batchRows)
    : new TextColumn(batchRows);
}

function calendarOf(coverages: readonly Coverage[]): CalendarName | undefined {
  return coverages.find(({ domain }) => domain.calendar !== undefined)?.domain.calendar;
}

function aboutAxis(axis: TableAxis, coverages: readonly Coverage[]): Record<string, string | undefined> {
  if (axis === 't') return { calendar: calendarOf(coverages) ?? 'standard' };
  if (axis !== 'z') return {};
  const vertical = coverages.find(({ domain }) => domain.vertical !== undefined)?.domain.vertical;
  return { unit: vertical?.unit, title: vertical?.title, positive: vertical?.positive };
}
