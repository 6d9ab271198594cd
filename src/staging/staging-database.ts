import { mkdtemp, readdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel, type Iterator } from 'classic-level';
import {
  ConflictError,
  CorruptionError,
  InvalidArgumentError,
  TilecurveError,
  UnavailableError,
} from '../errors/index.js';
import { checkTables } from './check-tables.js';
import { type KeyRange, packEntry, packedLength, type StagedEntry, unpackEntry } from './staged-entry.js';
import { isValueFile, lengthAt, removeValueFiles, ValueLog, valueFiles } from './value-log.js';

// LevelDB holds keys and places only: its smallest files and buffers are enough.
const OPTIONS = {
  keyEncoding: 'view',
  valueEncoding: 'view',
  errorIfExists: true,
  compression: false,
  writeBufferSize: 2 ** 20,
  cacheSize: 2 ** 20,
  maxFileSize: 2 ** 20,
  maxOpenFiles: 64,
} as const;
const READ_ENTRIES = 1000;
const READ_BYTES = 2 ** 20;
// What LevelDB says of a table that is shorter than its index, or gone.
const LOST_FILE = /: (Invalid argument|No such file or directory)$/;
const LEVELDB_FILE = /^(CURRENT|LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.(log|ldb|sst|dbtmp))$/;

type Database = ClassicLevel<Uint8Array, Uint8Array>;
type Rows = Iterator<Database, Uint8Array, Uint8Array>;
type Row = readonly [key: Uint8Array, place: Uint8Array];

/**
 * Entries on disk, for one piece of work: their keys in LevelDB, each with the place of its value in a file beside it;
 * notes in LevelDB as a whole.
 */
export class StagingDatabase {
  readonly location: string;
  readonly #db: Database;
  readonly #values: ValueLog;

  private constructor(location: string, db: Database) {
    this.location = location;
    this.#db = db;
    this.#values = new ValueLog(location);
  }

  /** Makes an empty database, over what a killed process left in `directory`, or in a new temporary one. */
  static async create(directory: string | undefined): Promise<StagingDatabase> {
    let location = directory ?? tmpdir();
    try {
      location = directory ?? (await mkdtemp(join(tmpdir(), 'tilecurve-staging-')));
      await refuseForeignFiles(location);
      await destroyFiles(location);
      const db = new ClassicLevel<Uint8Array, Uint8Array>(location, OPTIONS);
      await db.open();
      return new StagingDatabase(location, db);
    } catch (error) {
      throw stagingFailure(error, location);
    }
  }

  /**
   * Opens what another process left in `directory`; undefined when there is no database.
   *
   * Throws: CorruptionError; ConflictError while the other process lives.
   */
  static async reopen(directory: string): Promise<StagingDatabase | undefined> {
    try {
      if (!(await holdsDatabase(directory))) return undefined;
      await checkTables(directory);
      const db = new ClassicLevel<Uint8Array, Uint8Array>(directory, {
        ...OPTIONS,
        errorIfExists: false,
        createIfMissing: false,
      });
      await db.open();
      return new StagingDatabase(directory, db);
    } catch (error) {
      throw stagingFailure(error, directory);
    }
  }

  /**
   * All entries at once or, cut short, none of them. What was written earlier is never lost while this is kept,
   * but for a crash of the machine.
   */
  async writeValues(entries: readonly StagedEntry[]): Promise<void> {
    try {
      const places = await this.#values.append(entries);
      await this.#db.batch(entries.map(({ key }, i) => ({ type: 'put', key, value: places[i]! })));
    } catch (error) {
      throw stagingFailure(error, this.location);
    }
  }

  /** As `writeValues`; after a crash of the machine notes are there, though values from before may not be. */
  async writeNotes(entries: readonly StagedEntry[]): Promise<void> {
    const batch = entries.map((entry) => {
      const value = new Uint8Array(packedLength(entry));
      packEntry(entry, value);
      return { type: 'put' as const, key: entry.key, value };
    });
    try {
      await this.#db.batch(batch, { sync: true });
    } catch (error) {
      throw stagingFailure(error, this.location);
    }
  }

  /** All notes in a range. */
  async notes(range: KeyRange): Promise<StagedEntry[]> {
    try {
      const rows = await this.#db.iterator(range).all();
      return rows.map(([key, packed]) => unpackEntry(key, packed, this.location));
    } catch (error) {
      throw stagingFailure(error, this.location);
    }
  }

  /**
   * Those values that `isWanted` knows by their keys, as they are at this call whatever is written later; sorted by
   * key. They are read in bounded portions, one ahead.
   */
  openValues(range: KeyRange, isWanted: (key: Uint8Array) => boolean): AsyncGenerator<StagedEntry> {
    return this.#valuesOf(this.#db.iterator(range), isWanted);
  }

  async *#valuesOf(iterator: Rows, isWanted: (key: Uint8Array) => boolean): AsyncGenerator<StagedEntry> {
    try {
      let ahead: Promise<StagedEntry[]> | undefined;
      for await (const portion of this.#portionsOf(iterator, isWanted)) {
        const read = this.#read(portion);
        // It is thrown in its turn; until then it must not count as unheard.
        read.catch(() => undefined);
        if (ahead) yield* await ahead;
        ahead = read;
      }
      if (ahead) yield* await ahead;
    } catch (error) {
      throw stagingFailure(error, this.location);
    } finally {
      await iterator.close();
    }
  }

  async *#portionsOf(iterator: Rows, isWanted: (key: Uint8Array) => boolean): AsyncGenerator<Row[]> {
    for (;;) {
      const rows = await iterator.nextv(READ_ENTRIES);
      if (rows.length === 0) return;
      const wanted = rows.filter(([key]) => isWanted(key));
      yield* portionsOf(wanted, this.location);
    }
  }

  async #read(portion: readonly Row[]): Promise<StagedEntry[]> {
    const packed = await this.#values.read(portion.map(([, place]) => place));
    return portion.map(([key], i) => unpackEntry(key, packed[i]!, this.location));
  }

  /** Leaves everything on disk. */
  async close(): Promise<void> {
    try {
      await this.#values.close();
      await this.#db.close();
    } catch (error) {
      throw stagingFailure(error, this.location);
    }
  }

  /** Removes its files, and the directory once it is empty. */
  async destroy(): Promise<void> {
    try {
      await this.#values.close();
      await this.#db.close();
      await destroyFiles(this.location);
    } catch (error) {
      throw stagingFailure(error, this.location);
    }
  }
}

/** Rows in portions whose values take about as much memory as one may have. */
function* portionsOf(rows: readonly Row[], location: string): Generator<Row[]> {
  let portion: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const length = lengthAt(row[1], location);
    if (portion.length > 0 && bytes + length > READ_BYTES) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(row);
    bytes += length;
  }
  if (portion.length > 0) yield portion;
}

/** Throws: the refusal of LevelDB while somebody has the database. */
async function destroyFiles(directory: string): Promise<void> {
  // Listed before LevelDB takes its lock: those of whoever comes next are not among them.
  const values = await valueFiles(directory);
  // A living owner keeps its files.
  await ClassicLevel.destroy(directory);
  await removeValueFiles(values);
  await rmdir(directory).catch(() => undefined);
}

/** Removes a database nobody has open. Throws: ConflictError, or InvalidArgumentError for other files. */
export async function destroyStaging(directory: string): Promise<void> {
  try {
    await refuseForeignFiles(directory);
    await destroyFiles(directory);
  } catch (error) {
    throw stagingFailure(error, directory);
  }
}

function isOwnFile(name: string): boolean {
  return LEVELDB_FILE.test(name) || isValueFile(name);
}

async function holdsDatabase(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return names.includes('CURRENT') && names.every(isOwnFile);
}

// Destroying a database takes files by name alone; a layer's CURRENT has such a name.
async function refuseForeignFiles(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const foreign = names.find((name) => !isOwnFile(name));
  if (foreign !== undefined) {
    throw new InvalidArgumentError('staging directory holds other files', {
      path: directory,
      found: foreign,
    });
  }
}

function stagingFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof TilecurveError) return error;
  // A failed open says so in its cause only.
  const inner = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in inner ? inner.code : undefined;
  const options = { cause: error };
  if (code === 'LEVEL_LOCKED' || inner.message.includes('error_if_exists')) {
    return new ConflictError('staging directory is in use by another writer', { path }, options);
  }
  if (code === 'LEVEL_CORRUPTION' || (code === 'LEVEL_IO_ERROR' && LOST_FILE.test(inner.message))) {
    return new CorruptionError('staging database is damaged', { path, cause: inner.message }, options);
  }
  return new UnavailableError('staging directory refuses', { path, cause: inner.message }, options);
}
