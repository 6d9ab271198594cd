import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import type { TiffFile } from './tiff-file.js';
import { TAG, type TagName } from './tiff-tags.js';

/** What the first bytes of a TIFF file say about all others. */
export interface TiffHeader {
  readonly isLittleEndian: boolean;
  readonly isBig: boolean;
  readonly firstDirectory: number;
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the values are in the file. */
  readonly offset: number;
}

type ReadNumber = (view: DataView, at: number, isLittleEndian: boolean) => number;

const ASCII = 2;
const MAX_ENTRIES = 4096;

/** Bytes and meaning of a TIFF field type; rationals are read by nobody here. */
const FIELD_TYPES: Readonly<Record<number, { readonly bytes: number; readonly read: ReadNumber }>> = {
  1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  6: { bytes: 1, read: (view, at) => view.getInt8(at) },
  7: { bytes: 1, read: (view, at) => view.getUint8(at) },
  8: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  9: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  11: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  12: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  13: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  16: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  17: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  18: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
};

/** Reads byte order, kind and first directory of a TIFF or BigTIFF file. */
export async function readTiffHeader(file: TiffFile): Promise<TiffHeader> {
  const view = viewOf(await file.read({ offset: 0, length: 8 }, 'TIFF header'));
  const order = view.getUint16(0, false);
  if (order !== 0x4949 && order !== 0x4d4d) throw file.damage('file is no TIFF');
  const isLittleEndian = order === 0x4949;
  const version = view.getUint16(2, isLittleEndian);
  if (version === 42)
    return { isLittleEndian, isBig: false, firstDirectory: view.getUint32(4, isLittleEndian) };
  if (version !== 43) throw file.damage('file is no TIFF', { version });
  const offsetBytes = view.getUint16(4, isLittleEndian);
  if (offsetBytes !== 8) throw file.damage('BigTIFF header is damaged', { offsetBytes });
  const rest = viewOf(await file.read({ offset: 8, length: 8 }, 'TIFF header'));
  return { isLittleEndian, isBig: true, firstDirectory: Number(rest.getBigUint64(0, isLittleEndian)) };
}

/** The tags of one image of a file. Values are read when asked for, never more than the asker allows. */
export class TiffDirectory {
  readonly file: TiffFile;
  /** Where the next directory is; 0 when this is the last. */
  readonly next: number;
  private readonly header: TiffHeader;
  private readonly entries: ReadonlyMap<number, Entry>;

  private constructor(
    file: TiffFile,
    header: TiffHeader,
    { entries, next }: { readonly entries: ReadonlyMap<number, Entry>; readonly next: number },
  ) {
    this.file = file;
    this.header = header;
    this.entries = entries;
    this.next = next;
  }

  static async read(file: TiffFile, header: TiffHeader, offset: number): Promise<TiffDirectory> {
    const { isLittleEndian, isBig } = header;
    const countBytes = isBig ? 8 : 2;
    const head = viewOf(await file.read({ offset, length: countBytes }, 'TIFF directory'));
    const count = isBig ? Number(head.getBigUint64(0, isLittleEndian)) : head.getUint16(0, isLittleEndian);
    if (count === 0 || count > MAX_ENTRIES)
      throw file.damage('TIFF directory has no usable number of entries', { offset, found: count });
    const entryBytes = isBig ? 20 : 12;
    const length = count * entryBytes + (isBig ? 8 : 4);
    const body = viewOf(await file.read({ offset: offset + countBytes, length }, 'TIFF directory'));
    const entries = new Map<number, Entry>();
    for (let k = 0; k < count; k++) {
      const at = k * entryBytes;
      const tag = body.getUint16(at, isLittleEndian);
      if (entries.has(tag)) throw file.damage('TIFF tag occurs twice', { tag });
      entries.set(tag, readEntry(body, at, { header, base: offset + countBytes }));
    }
    const next = readOffset(body, count * entryBytes, header);
    return new TiffDirectory(file, header, { entries, next });
  }

  get isLittleEndian(): boolean {
    return this.header.isLittleEndian;
  }

  has(tag: TagName): boolean {
    return this.entries.has(TAG[tag]);
  }

  /** How many values a tag has; 0 when it is absent. */
  count(tag: TagName): number {
    return this.entries.get(TAG[tag])?.count ?? 0;
  }

  /** A tag's numbers; undefined when it is absent. */
  async numbers(tag: TagName, maxCount: number): Promise<Float64Array | undefined> {
    const found = await this.values(tag, maxCount);
    if (found === undefined) return undefined;
    const { read, bytes } = found.field;
    const values = new Float64Array(found.count);
    for (let k = 0; k < values.length; k++)
      values[k] = read(found.view, k * bytes, this.header.isLittleEndian);
    return values;
  }

  /** The one number of a tag, or `fallback` when it is absent. */
  async number(tag: TagName, fallback?: number): Promise<number> {
    const values = await this.numbers(tag, 1);
    const value = values?.[0] ?? fallback;
    if (value === undefined || (values !== undefined && values.length !== 1))
      throw this.file.damage(`TIFF tag ${tag} is missing`);
    return value;
  }

  /** A tag's bytes as they are. */
  async bytes(tag: TagName, maxCount: number): Promise<Uint8Array | undefined> {
    const found = await this.values(tag, maxCount);
    if (found === undefined) return undefined;
    if (found.field.bytes !== 1) throw this.file.damage(`TIFF tag ${tag} has another type`);
    return new Uint8Array(found.view.buffer, 0, found.count);
  }

  /** A tag's text up to its end; UTF-8, or Latin-1 where it is not. */
  async text(tag: TagName, maxCount = 65536): Promise<string | undefined> {
    if (this.has(tag) && this.entries.get(TAG[tag])?.type !== ASCII)
      throw this.file.damage(`TIFF tag ${tag} is no text`);
    const bytes = await this.bytes(tag, maxCount);
    if (bytes === undefined) return undefined;
    const end = bytes.indexOf(0);
    const content = end < 0 ? bytes : bytes.subarray(0, end);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(content);
    } catch {
      return Buffer.from(content).toString('latin1');
    }
  }

  private async values(tag: TagName, maxCount: number) {
    const entry = this.entries.get(TAG[tag]);
    if (entry === undefined) return undefined;
    const field = FIELD_TYPES[entry.type];
    if (field === undefined)
      throw this.file.damage(`TIFF tag ${tag} has an unusable type`, { found: entry.type });
    if (entry.count === 0) throw this.file.damage(`TIFF tag ${tag} has no values`);
    if (entry.count > maxCount) throw this.tooMany(tag, entry.count, maxCount);
    const length = entry.count * field.bytes;
    const bytes = await this.file.read({ offset: entry.offset, length }, `TIFF tag ${tag}`);
    return { field, view: viewOf(bytes), count: entry.count };
  }

  private tooMany(tag: TagName, found: number, allowed: number): Error {
    const fields = { file: this.file.path, found, allowed };
    if (found > this.file.sizeBytes)
      return new CorruptionError(`TIFF tag ${tag} is longer than the file`, fields);
    return new UnsupportedError(`TIFF tag ${tag} has too many values`, fields);
  }
}

function readEntry(
  view: DataView,
  at: number,
  { header, base }: { readonly header: TiffHeader; readonly base: number },
): Entry {
  const { isLittleEndian, isBig } = header;
  const type = view.getUint16(at + 2, isLittleEndian);
  const count = isBig
    ? Number(view.getBigUint64(at + 4, isLittleEndian))
    : view.getUint32(at + 4, isLittleEndian);
  const valueAt = at + (isBig ? 12 : 8);
  const isInline = count * (FIELD_TYPES[type]?.bytes ?? 8) <= (isBig ? 8 : 4);
  return { type, count, offset: isInline ? base + valueAt : readOffset(view, valueAt, header) };
}

function readOffset(view: DataView, at: number, { isLittleEndian, isBig }: TiffHeader): number {
  return isBig ? Number(view.getBigUint64(at, isLittleEndian)) : view.getUint32(at, isLittleEndian);
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
