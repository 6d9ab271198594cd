import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CorruptionError } from '../errors/index.js';
import { ByteCursor } from './byte-cursor.js';

// Source: LevelDB's doc/log_format.md and db/version_edit.cc, release 1.20.
const LOG_BLOCK_BYTES = 32_768;
const LOG_HEADER_BYTES = 7;
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];
const TAG = {
  comparator: 1,
  log: 2,
  nextFile: 3,
  lastSequence: 4,
  pointer: 5,
  deleted: 6,
  added: 7,
  previousLog: 9,
};

/**
 * Numbers of the tables a database is made of. Others may lie beside them, half written when a process was killed.
 *
 * Throws: CorruptionError when LevelDB's list of them cannot be read.
 */
export async function liveTables(directory: string): Promise<ReadonlySet<number>> {
  const current = await readDatabaseFile(join(directory, 'CURRENT'));
  const name = /^(MANIFEST-\d+)\n$/.exec(current.toString('latin1'))?.[1];
  if (name === undefined) {
    throw new CorruptionError('staging database names no manifest', { path: join(directory, 'CURRENT') });
  }
  const path = join(directory, name);
  const bytes = await readDatabaseFile(path);
  const tables = new Set<number>();
  for (const edit of logRecords(bytes)) applyEdit(tables, new ByteCursor(edit, { path, offset: 0 }));
  return tables;
}

/** Throws: CorruptionError when there is no such file: a database cannot do without any of those it names. */
export async function readDatabaseFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw isMissing ? new CorruptionError('staging database has lost a file', { path }, { cause }) : cause;
  }
}

/** The records of a log, pieces joined; what is cut off at its end is left out. */
function* logRecords(bytes: Uint8Array): Generator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  for (let at = 0; at + LOG_HEADER_BYTES <= bytes.length; ) {
    const room = LOG_BLOCK_BYTES - (at % LOG_BLOCK_BYTES);
    if (room < LOG_HEADER_BYTES) {
      at += room;
      continue;
    }
    const length = bytes[at + 4]! + bytes[at + 5]! * 256;
    const type = bytes[at + 6]!;
    const start = at + LOG_HEADER_BYTES;
    at = start + length;
    if (type < FULL! || type > LAST! || at > bytes.length) return;
    if (type === FULL || type === FIRST) pieces = [];
    pieces.push(bytes.subarray(start, at));
    if (type === FULL || type === LAST) yield Buffer.concat(pieces);
    else if (type !== FIRST && type !== MIDDLE) return;
  }
}

function applyEdit(tables: Set<number>, cursor: ByteCursor): void {
  while (!cursor.isAtEnd) {
    const tag = cursor.varint();
    switch (tag) {
      case TAG.comparator:
        cursor.text();
        break;
      case TAG.log:
      case TAG.nextFile:
      case TAG.lastSequence:
      case TAG.previousLog:
        cursor.varint();
        break;
      case TAG.pointer:
        cursor.varint();
        cursor.text();
        break;
      case TAG.deleted:
        cursor.varint();
        tables.delete(cursor.varint());
        break;
      case TAG.added:
        cursor.varint();
        tables.add(cursor.varint());
        // Its size, its first and its last key.
        cursor.varint();
        cursor.text();
        cursor.text();
        break;
      default:
        throw cursor.damage('an edit that is known', tag);
    }
  }
}
