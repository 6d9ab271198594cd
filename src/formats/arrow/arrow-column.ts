import {
  type Data,
  type DataType,
  Field,
  type Float,
  Float32,
  Float64,
  makeData,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';
import { type CalendarName, parseInstant } from '../../grid/index.js';
import type { FloatType } from '../value-bytes.js';

/** One column of a batch, filled row by row. */
export interface ArrowColumn {
  readonly type: DataType;
  /** Undefined and NaN are null. */
  set(row: number, value: number | string | undefined): void;
  /** The first `length` rows; the column begins anew. */
  take(length: number): Data;
}

/** A column's place in the table; what is not a string among `about` is left out. */
export function arrowField(
  name: string,
  { type }: ArrowColumn,
  about: Readonly<Record<string, string | undefined>> = {},
): Field {
  const stated = Object.entries(about).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Field(name, type, true, new Map(stated));
}

/** Numbers. */
export class FloatColumn implements ArrowColumn {
  readonly type: Float;
  readonly #rows: number;
  #values: Float32Array | Float64Array;
  #nulls: Nulls;

  constructor(type: FloatType, rows: number) {
    this.type = type === 'float32' ? new Float32() : new Float64();
    this.#rows = rows;
    this.#values = this.#newValues();
    this.#nulls = new Nulls(rows);
  }

  set(row: number, value: number | string | undefined): void {
    const number = Number(value);
    if (Number.isNaN(number)) this.#nulls.add(row);
    else this.#values[row] = number;
  }

  take(length: number): Data {
    const data = this.#values.subarray(0, length);
    const { count: nullCount, bitmap: nullBitmap } = this.#nulls;
    this.#values = this.#newValues();
    this.#nulls = new Nulls(this.#rows);
    return makeData({ type: this.type, length, nullCount, nullBitmap, data });
  }

  #newValues(): Float32Array | Float64Array {
    return this.type instanceof Float32 ? new Float32Array(this.#rows) : new Float64Array(this.#rows);
  }
}

/** Instants in UTC, from their texts. */
export class TimeColumn implements ArrowColumn {
  readonly type = new TimestampMillisecond('UTC');
  readonly #rows: number;
  readonly #calendar: CalendarName;
  #values: BigInt64Array;
  #nulls: Nulls;
  #last: { readonly text: string; readonly instant: bigint } | undefined;

  constructor(calendar: CalendarName, rows: number) {
    this.#calendar = calendar;
    this.#rows = rows;
    this.#values = new BigInt64Array(rows);
    this.#nulls = new Nulls(rows);
  }

  set(row: number, text: number | string | undefined): void {
    if (text === undefined) this.#nulls.add(row);
    else this.#values[row] = this.#instantOf(String(text));
  }

  take(length: number): Data {
    const data = this.#values.subarray(0, length);
    const { count: nullCount, bitmap: nullBitmap } = this.#nulls;
    this.#values = new BigInt64Array(this.#rows);
    this.#nulls = new Nulls(this.#rows);
    return makeData({ type: this.type, length, nullCount, nullBitmap, data });
  }

  /** Rows of one time mostly follow each other. */
  #instantOf(text: string): bigint {
    if (this.#last?.text !== text) {
      this.#last = { text, instant: BigInt(parseInstant(text, this.#calendar).from) };
    }
    return this.#last.instant;
  }
}

/** Texts. */
export class TextColumn implements ArrowColumn {
  readonly type = new Utf8();
  readonly #rows: number;
  #texts: (string | undefined)[] = [];
  #nulls: Nulls;

  constructor(rows: number) {
    this.#rows = rows;
    this.#nulls = new Nulls(rows);
  }

  set(row: number, value: number | string | undefined): void {
    if (value === undefined) this.#nulls.add(row);
    this.#texts[row] = value === undefined ? undefined : String(value);
  }

  take(length: number): Data {
    const parts = this.#texts.slice(0, length).map((text) => Buffer.from(text ?? ''));
    const valueOffsets = new Int32Array(length + 1);
    for (const [row, part] of parts.entries()) valueOffsets[row + 1] = valueOffsets[row]! + part.length;
    const { count: nullCount, bitmap: nullBitmap } = this.#nulls;
    this.#texts = [];
    this.#nulls = new Nulls(this.#rows);
    const data = new Uint8Array(Buffer.concat(parts));
    return makeData({ type: this.type, length, nullCount, nullBitmap, valueOffsets, data });
  }
}

/** Which rows are null: a bit is set for each that is not. */
class Nulls {
  readonly bitmap: Uint8Array;
  count = 0;

  constructor(rows: number) {
    this.bitmap = new Uint8Array(Math.ceil(rows / 8)).fill(0xff);
  }

  add(row: number): void {
    this.bitmap[row >> 3]! &= ~(1 << (row & 7));
    this.count++;
  }
}
