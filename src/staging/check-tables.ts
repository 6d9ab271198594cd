import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '../bytes/index.js';
import { CorruptionError } from '../errors/index.js';
import { ByteCursor } from './byte-cursor.js';
import { liveTables, readDatabaseFile } from './leveldb-tables.js';

// Source: LevelDB's doc/table_format.md, release 1.20.
const FOOTER_BYTES = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
const TRAILER_BYTES = 5;
const CRC_MASK = 0xa282ead8;

/**
 * Compares every block of a database's tables with its checksum. LevelDB leaves that out, and ends the process
 * where a damaged block makes no sense to it (an assertion of its own), so that the same write would fail for ever.
 *
 * Cost:   reads all tables once.
 * Throws: CorruptionError that names file and offset.
 */
export async function checkTables(directory: string, signal?: AbortSignal): Promise<void> {
  const files = new Map<number, string>();
  for (const name of await readdir(directory)) {
    const number = /^(\d+)\.(ldb|sst)$/.exec(name)?.[1];
    if (number !== undefined) files.set(Number(number), name);
  }
  for (const number of await liveTables(directory)) {
    signal?.throwIfAborted();
    const name = files.get(number);
    if (name === undefined) {
      throw new CorruptionError('staging database has lost a table', { path: directory, found: number });
    }
    const path = join(directory, name);
    checkTable(await readDatabaseFile(path), path);
  }
}

function checkTable(bytes: Buffer, path: string): void {
  const footerAt = bytes.length - FOOTER_BYTES;
  if (footerAt < 0 || !bytes.subarray(bytes.length - MAGIC.length).equals(MAGIC)) {
    throw new CorruptionError('staging table has no footer', { path, offset: Math.max(0, footerAt) });
  }
  const footer = new ByteCursor(bytes.subarray(footerAt), { path, offset: footerAt });
  const [others, index] = [readHandle(footer), readHandle(footer)];
  // Both are blocks whose values are the places of other blocks.
  for (const handle of [others, index]) {
    for (const value of valuesOf(openBlock(bytes, handle, path), { path, offset: handle.offset })) {
      openBlock(bytes, readHandle(new ByteCursor(value, { path, offset: handle.offset })), path);
    }
  }
}

interface BlockHandle {
  readonly offset: number;
  readonly length: number;
}

function readHandle(cursor: ByteCursor): BlockHandle {
  return { offset: cursor.varint(), length: cursor.varint() };
}

/** The content of a block whose checksum is right. */
function openBlock(bytes: Buffer, { offset, length }: BlockHandle, path: string): Buffer {
  const end = offset + length;
  if (!(end + TRAILER_BYTES <= bytes.length)) {
    throw new CorruptionError('staging table is too short', { path, offset, expected: length });
  }
  const masked = bytes.readUInt32LE(end + 1);
  const rotated = (masked - CRC_MASK) >>> 0;
  const expected = ((rotated >>> 17) | (rotated << 15)) >>> 0;
  const found = crc32c(bytes.subarray(offset, end + 1));
  if (found !== expected) {
    throw new CorruptionError('staging table fails its checksum', { path, offset, expected, found });
  }
  return bytes.subarray(offset, end);
}

/** Values of a block's entries: each has a length of key shared with the one before, one of its own, one of value. */
function* valuesOf(block: Buffer, place: { path: string; offset: number }): Generator<Uint8Array> {
  const restarts = block.length >= 4 ? block.readUInt32LE(block.length - 4) : 0;
  const end = block.length - 4 - 4 * restarts;
  const cursor = new ByteCursor(block.subarray(0, Math.max(0, end)), place);
  while (!cursor.isAtEnd) {
    cursor.varint();
    const ownLength = cursor.varint();
    const valueLength = cursor.varint();
    cursor.bytes(ownLength);
    yield cursor.bytes(valueLength);
  }
}
