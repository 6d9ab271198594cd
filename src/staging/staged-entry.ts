import { crc32 } from '../bytes/index.js';
import { CorruptionError, InvalidArgumentError } from '../errors/index.js';
import type { StagedValue } from './staging.js';

// kind u8, run u32, index u64, order u32 u32, put sequence u64; big-endian, so that byte order is the order wanted.
const VALUE_KIND = 1;
const RUN_AT = 1;
const INDEX_AT = 5;
const ORDER_AT = 13;
const SEQUENCE_AT = 21;
const KEY_BYTES = 29;
const CHECKSUM_BYTES = 4;
const WORD = 2 ** 32;

/** Bytes under a key, as they wait. */
export interface StagedEntry {
  readonly key: Uint8Array;
  /** CRC-32 of the key and the bytes. */
  readonly checksum: number;
  readonly bytes: Uint8Array;
}

/** `sequence` counts puts: of two values for one place the later one sorts last. */
export function encodeEntry({ run, index, order, bytes }: StagedValue, sequence: number): StagedEntry {
  const key = new Uint8Array(KEY_BYTES);
  const view = new DataView(key.buffer);
  key[0] = VALUE_KIND;
  view.setUint32(RUN_AT, checkCount('run', run, WORD - 1));
  setUint53(view, INDEX_AT, checkCount('index', index, Number.MAX_SAFE_INTEGER));
  view.setUint32(ORDER_AT, checkCount('order', order[0], WORD - 1));
  view.setUint32(ORDER_AT + 4, checkCount('order', order[1], WORD - 1));
  setUint53(view, SEQUENCE_AT, sequence);
  return sealEntry(key, bytes);
}

/** Bytes under a key of any kind; they are not copied. */
export function sealEntry(key: Uint8Array, bytes: Uint8Array): StagedEntry {
  return { key, checksum: crc32(bytes, crc32(key)), bytes };
}

/** Length of what `packEntry` writes. */
export function packedLength({ bytes }: StagedEntry): number {
  return CHECKSUM_BYTES + bytes.length;
}

/** Writes an entry but for its key to the beginning of `into`: the checksum (u32), then the bytes. */
export function packEntry({ checksum, bytes }: StagedEntry, into: Uint8Array): void {
  viewOf(into).setUint32(0, checksum);
  into.set(bytes, CHECKSUM_BYTES);
}

/** The entry that was packed; its bytes are a view. CorruptionError when it is too short for one. */
export function unpackEntry(key: Uint8Array, packed: Uint8Array, location: string): StagedEntry {
  if (packed.length < CHECKSUM_BYTES) throw malformed(key, location);
  return { key, checksum: viewOf(packed).getUint32(0), bytes: packed.subarray(CHECKSUM_BYTES) };
}

/** The bytes of an entry; CorruptionError when they are not those sealed under this key. */
export function openEntry({ key, checksum: expected, bytes }: StagedEntry, location: string): Uint8Array {
  const found = crc32(bytes, crc32(key));
  if (found !== expected) {
    throw new CorruptionError('staged value fails its checksum', {
      path: location,
      key: hex(key),
      expected,
      found,
    });
  }
  return bytes;
}

/** The value of an entry; CorruptionError when its bytes are not those put under this key. */
export function decodeEntry(entry: StagedEntry, location: string): StagedValue {
  const { key } = entry;
  if (key.length !== KEY_BYTES) throw malformed(key, location);
  const bytes = openEntry(entry, location);
  const view = viewOf(key);
  return {
    run: view.getUint32(RUN_AT),
    index: getUint53(view, INDEX_AT),
    order: [view.getUint32(ORDER_AT), view.getUint32(ORDER_AT + 4)],
    bytes,
  };
}

/** Which put the entry of a key comes from. */
export function sequenceOf(key: Uint8Array): number {
  return key.length === KEY_BYTES ? getUint53(viewOf(key), SEQUENCE_AT) : 0;
}

/** Keys between which entries lie, both included. */
export interface KeyRange {
  readonly gte: Uint8Array;
  readonly lte: Uint8Array;
}

/** The bounds of one run; InvalidArgumentError when `run` is no run. */
export function runBounds(run: number): KeyRange {
  const gte = new Uint8Array(KEY_BYTES);
  const lte = new Uint8Array(KEY_BYTES).fill(0xff);
  for (const key of [gte, lte]) {
    key[0] = VALUE_KIND;
    viewOf(key).setUint32(RUN_AT, checkCount('run', run, WORD - 1));
  }
  return { gte, lte };
}

/** Order of keys, as LevelDB has it. */
export function compareEntries(a: StagedEntry, b: StagedEntry): number {
  return Buffer.compare(a.key, b.key);
}

/** Whether two entries are values for the same place, put one after the other. */
export function isSamePlace(a: StagedEntry, b: StagedEntry): boolean {
  return Buffer.compare(a.key.subarray(0, SEQUENCE_AT), b.key.subarray(0, SEQUENCE_AT)) === 0;
}

function setUint53(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / WORD));
  view.setUint32(at + 4, value % WORD);
}

function getUint53(view: DataView, at: number): number {
  return view.getUint32(at) * WORD + view.getUint32(at + 4);
}

function malformed(key: Uint8Array, location: string): CorruptionError {
  return new CorruptionError('staged entry is malformed', { path: location, key: hex(key) });
}

function checkCount(name: string, value: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= 0 && value <= max) return value;
  throw new InvalidArgumentError(`not a staging ${name}`, { found: value, expected: `0 to ${max}` });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
