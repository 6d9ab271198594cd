import type { TileKey, TileShape } from '../grid/index.js';
import type { CellType } from '../raster/index.js';
import { codecNames } from './codec-name.js';
import type { StoredTile, TileSummary } from './stored-tile.js';
import { cellCount } from './tile-codec.js';

/** Position of `CodedTile` in the schema's union. */
const codedBranch = 1;
const summaryBranch = 1;

// A double is read through these: a view made for each takes longer, and memory. Avro and all platforms are little-endian.
const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/** Type and shape that all tiles of a parameter have. */
export interface TileForm {
  readonly type: CellType;
  readonly shape: TileShape;
}

/**
 * The tile of a record, written with `recordSchema`, that holds this key and one coded tile of this form, and nothing else.
 *
 * Undefined for everything else, sound or not: then a `RecordDecoder` has to say what it is. Where there is an answer it is
 * the decoder's, without the objects the decoder makes on its way, which take a quarter of the time of a look-up and two
 * thirds of its memory. The tile shares the shape given.
 */
export function decodeSoleTile(
  record: Uint8Array,
  key: TileKey,
  { type, shape }: TileForm,
): StoredTile | undefined {
  const cursor = new AvroCursor(record);
  if (cursor.count() !== 1 || !holdsKey(cursor, key) || cursor.count() !== codedBranch) return undefined;
  if (!cursor.isText(type) || !holdsShape(cursor, shape)) return undefined;
  const branch = cursor.count();
  if (branch !== 0 && branch !== summaryBranch) return undefined;
  const summary = branch === 0 ? undefined : readSummary(cursor, cellCount(shape));
  const codec = cursor.oneOf(codecNames);
  const bytes = cursor.take(cursor.count());
  // The array of pairs ends here, and so does the record.
  if (codec === undefined || bytes === undefined || cursor.count() !== 0 || !cursor.isAtEnd) return undefined;
  if (branch === 0) return { kind: 'coded', type, shape, codec, bytes };
  return summary && { kind: 'coded', type, shape, summary, codec, bytes };
}

function holdsKey(cursor: AvroCursor, { level, parameter, col, row, t, z, custom }: TileKey): boolean {
  return (
    cursor.count() === level &&
    cursor.isText(parameter) &&
    cursor.count() === col &&
    cursor.count() === row &&
    cursor.count() === t &&
    cursor.count() === z &&
    holdsCustom(cursor, custom)
  );
}

/** An Avro array: its one block, unless it is empty, and a zero. */
function holdsCustom(cursor: AvroCursor, custom: readonly number[]): boolean {
  if (custom.length > 0 && cursor.count() !== custom.length) return false;
  for (let axis = 0; axis < custom.length; axis++) if (cursor.count() !== custom[axis]) return false;
  return cursor.count() === 0;
}

function holdsShape(cursor: AvroCursor, { t, z, row, col }: TileShape): boolean {
  return cursor.count() === t && cursor.count() === z && cursor.count() === row && cursor.count() === col;
}

function readSummary(cursor: AvroCursor, cells: number): TileSummary | undefined {
  const valid = cursor.count();
  if (!(valid >= 1 && valid <= cells)) return undefined;
  const min = cursor.double();
  const max = cursor.double();
  const sum = cursor.double();
  return sum === undefined || min! > max! ? undefined : { valid, min: min!, max: max!, sum };
}

/** Reads what it is asked for, or says that something else is there. */
class AvroCursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** An int or long that is not negative and below 2 ** 27; else NaN. */
  count(): number {
    let zigzag = 0;
    // Four bytes of seven bits: no overflow of 32 bits.
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.#at >= this.#bytes.length) return Number.NaN;
      const byte = this.#bytes[this.#at++]!;
      zigzag |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (zigzag & 1) === 0 ? zigzag >>> 1 : Number.NaN;
    }
    return Number.NaN;
  }

  /** Whether this text, of ASCII alone, is next. */
  isText(text: string): boolean {
    return this.count() === text.length && this.#skip(text);
  }

  oneOf<Text extends string>(texts: readonly Text[]): Text | undefined {
    const length = this.count();
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i]!;
      if (text.length === length && this.#skip(text)) return text;
    }
    return undefined;
  }

  double(): number | undefined {
    if (this.#bytes.length - this.#at < 8) return undefined;
    for (let i = 0; i < 8; i++) doubleBytes[i] = this.#bytes[this.#at++]!;
    return double[0]!;
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array | undefined {
    if (!(length <= this.#bytes.length - this.#at)) return undefined;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #skip(text: string): boolean {
    if (text.length > this.#bytes.length - this.#at) return false;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80 || code !== this.#bytes[this.#at + i]) return false;
    }
    this.#at += text.length;
    return true;
  }
}
