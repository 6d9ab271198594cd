import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import {
  ConflictError,
  CorruptionError,
  InvalidArgumentError,
  TilecurveError,
  UnavailableError,
} from '../errors/index.js';
import { checkTables } from './check-tables.js';
import type { KeyRange, StagedEntry } from './staged-entry.js';

// Beside two write buffers and the cache LevelDB maps the table files it has open (64 at the least), and what
// is mapped and touched counts as the process's memory: small files keep that under about 100 MiB.
const OPTIONS = {
  keyEncoding: 'view',
  valueEncoding: 'view',
  errorIfExists: true,
  compression: false,
  writeBufferSize: 4 * 2 ** 20,
  cacheSize: 2 ** 20,
  blockSize: 64 * 2 ** 10,
  maxFileSize: 2 ** 20,
  maxOpenFiles: 64,
} as const;
const READ_ENTRIES = 1000;
const READ_BYTES = 2 ** 20;
// What LevelDB says of a table that is shorter than its index, or gone.
const LOST_FILE = /: (Invalid argument|No such file or directory)$/;
const LEVELDB_FILE = /^(CURRENT|LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.(log|ldb|sst|dbtmp))$/;

/** A snapshot of some entries, read in bounded batches. */
export interface EntryCursor {
  /** The next entries in order of key; none at the end. */
  next(): Promise<StagedEntry[]>;
  close(): Promise<void>;
}

/** Entries on disk, in a LevelDB that lives for one piece of work. */
export class StagingDatabase {
  readonly location: string;
  readonly #db: ClassicLevel<Uint8Array, Uint8Array>;

  private constructor(location: string, db: ClassicLevel<Uint8Array, Uint8Array>) {
    this.location = location;
    this.#db = db;
  }

  /** Makes an empty database, over what a killed process left in `directory`, or in a new temporary one. */
  static async create(directory: string | undefined): Promise<StagingDatabase> {
    let location = directory ?? tmpdir();
    try {
      location = directory ?? (await mkdtemp(join(tmpdir(), 'tilecurve-staging-')));
      await refuseForeignFiles(location);
      // LevelDB takes its lock for this: a living owner keeps its files.
      await ClassicLevel.destroy(location);
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
   * but for a crash of the machine; `isDurable` makes that so for the crash, too, as far as LevelDB can.
   */
  async write(entries: readonly StagedEntry[], { isDurable = false } = {}): Promise<void> {
    try {
      await this.#db.batch(
        entries.map(({ key, sealed }) => ({ type: 'put', key, value: sealed })),
        { sync: isDurable },
      );
    } catch (error) {
      throw stagingFailure(error, this.location);
    }
  }

  /** The entries as they are at this call, whatever is written later. */
  openCursor(range: KeyRange): EntryCursor {
    const iterator = this.#db.iterator({ ...range, highWaterMarkBytes: READ_BYTES });
    return {
      next: async () => {
        try {
          const batch = await iterator.nextv(READ_ENTRIES);
          return batch.map(([key, sealed]) => ({ key, sealed }));
        } catch (error) {
          throw stagingFailure(error, this.location);
        }
      },
      close: () => iterator.close(),
    };
  }

  /** Leaves everything on disk. */
  async close(): Promise<void> {
    try {
      await this.#db.close();
    } catch (error) {
      throw stagingFailure(error, this.location);
    }
  }

  /** Removes LevelDB's files, and the directory once it is empty. */
  async destroy(): Promise<void> {
    try {
      await this.#db.close();
      await ClassicLevel.destroy(this.location);
    } catch (error) {
      throw stagingFailure(error, this.location);
    }
  }
}

/** Removes a database nobody has open. Throws: ConflictError, or InvalidArgumentError for other files. */
export async function destroyStaging(directory: string): Promise<void> {
  try {
    await refuseForeignFiles(directory);
    await ClassicLevel.destroy(directory);
  } catch (error) {
    throw stagingFailure(error, directory);
  }
}

async function holdsDatabase(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return names.includes('CURRENT') && names.every((name) => LEVELDB_FILE.test(name));
}

// Destroying a database takes files by name alone; a layer's CURRENT has such a name.
async function refuseForeignFiles(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const foreign = names.find((name) => !LEVELDB_FILE.test(name));
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
