import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { loadPeer } from './install.js';

/** Tiles by number, row by row in a grid of `cols` columns. */
export interface TilesToStore {
  readonly folder: string;
  readonly cols: number;
  readonly count: number;
  /** Of the smallest square of 2 ** zoom tiles a side that holds them. */
  readonly zoom: number;
  readonly tileAt: (k: number) => Promise<Uint8Array>;
}

/** A store of the same tiles that is looked up by number. */
export interface PeerStore {
  readonly get: (k: number) => unknown;
  readonly close: () => Promise<void> | void;
}

const BATCH = 512;
/** Enough for the largest case: nothing is read from a file twice. */
const LEVEL_CACHE_BYTES = 2 ** 30;

interface Lmdb {
  open(options: Readonly<Record<string, unknown>>): {
    put(key: number, value: Uint8Array): Promise<boolean>;
    getBinary(key: number): Uint8Array | undefined;
    close(): Promise<void>;
  };
}

/** LMDB by way of `lmdb`; the file is mapped, values are copied out of it. */
export async function fillLmdb({ folder, count, tileAt }: TilesToStore): Promise<PeerStore> {
  const { open } = loadPeer<Lmdb>('lmdb');
  const db = open({
    path: join(folder, 'lmdb'),
    keyEncoding: 'uint32',
    encoding: 'binary',
    mapSize: 2 ** 33,
  });
  for (let k = 0; k < count; k += BATCH) {
    const puts: Promise<boolean>[] = [];
    for (let i = k; i < Math.min(k + BATCH, count); i++) puts.push(db.put(i, await tileAt(i)));
    await Promise.all(puts);
  }
  return { get: (k) => db.getBinary(k), close: () => db.close() };
}

/** LevelDB, compacted, uncompressed, with a cache that holds everything. */
export async function fillLevel({ folder, count, tileAt }: TilesToStore): Promise<PeerStore> {
  const db: ClassicLevel<Uint8Array, Uint8Array> = new ClassicLevel(join(folder, 'level'), {
    keyEncoding: 'view',
    valueEncoding: 'view',
    compression: false,
    cacheSize: LEVEL_CACHE_BYTES,
  });
  await db.open();
  for (let k = 0; k < count; k++) await db.put(levelKey(k), await tileAt(k));
  await db.compactRange(levelKey(0), levelKey(count));
  return { get: (k) => db.getSync(levelKey(k)), close: () => db.close() };
}

function levelKey(k: number): Uint8Array {
  return Uint8Array.of(k >>> 24, k >>> 16, k >>> 8, k);
}

type Sqlite = new (
  path: string,
) => {
  exec(sql: string): unknown;
  pragma(text: string): unknown;
  prepare(sql: string): {
    run(...values: unknown[]): unknown;
    pluck(): { get(...values: unknown[]): unknown };
  };
  close(): unknown;
};

/** An MBTiles 1.3 file by way of better-sqlite3, a prepared statement, rows counted from the south. */
export async function fillMbtiles({ folder, cols, count, zoom, tileAt }: TilesToStore): Promise<PeerStore> {
  const Database = loadPeer<Sqlite>('better-sqlite3');
  await mkdir(folder, { recursive: true });
  const db = new Database(join(folder, 'tiles.mbtiles'));
  db.pragma('journal_mode = WAL');
  db.exec(`CREATE TABLE metadata (name text, value text);
    CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
    CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);`);
  const place = (k: number) => [zoom, k % cols, 2 ** zoom - 1 - Math.floor(k / cols)];
  const insert = db.prepare('INSERT INTO tiles VALUES (?, ?, ?, ?)');
  db.exec('BEGIN');
  for (let k = 0; k < count; k++) insert.run(...place(k), await tileAt(k));
  db.exec('COMMIT');
  const select = db
    .prepare('SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?')
    .pluck();
  return {
    get: (k) => select.get(zoom, k % cols, 2 ** zoom - 1 - Math.floor(k / cols)),
    close: () => {
      db.close();
    },
  };
}
