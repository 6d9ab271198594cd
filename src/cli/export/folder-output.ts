import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from '../../bytes/index.js';
import { ConflictError, CorruptionError } from '../../errors/index.js';
import type { TileAddress } from '../../maps/index.js';
import { type StoredTile, tileIdOf, tileOf } from '../../pmtiles/index.js';
import type { StoredTiles, TileOutput, TileSetFacts } from './tile-output.js';

/** Codes of a rename onto a folder that is not empty, or onto a file. */
const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'];

/** Where tiles are collected, where they go, and how their names end. */
interface FolderPaths {
  readonly temporary: string;
  readonly folder: string;
  readonly extension: string;
}

/** Tiles as files `z/x/y.png` below a folder, with a `tilejson.json`. */
export class FolderOutput implements TileOutput {
  readonly #paths: FolderPaths;
  #column = '';
  #contents = 0;
  #bytes = 0;

  private constructor(paths: FolderPaths) {
    this.#paths = paths;
  }

  /** Begins a folder, or goes on with what an earlier export has of it. */
  static async open(paths: FolderPaths): Promise<FolderOutput> {
    await mkdir(paths.temporary, { recursive: true });
    return new FolderOutput(paths);
  }

  async put(tile: TileAddress, bytes: Uint8Array): Promise<StoredTile> {
    const file = this.#fileOf(tile);
    const column = dirname(file);
    if (column !== this.#column) await mkdir(column, { recursive: true });
    this.#column = column;
    await writeFile(file, bytes);
    this.#count(bytes);
    return { id: tileIdOf(tile), offset: 0, length: bytes.length, checksum: crc32(bytes) };
  }

  async restore({ id, length, checksum }: StoredTile): Promise<void> {
    const file = this.#fileOf(tileOf(id));
    const bytes = await readIfThere(file);
    if (bytes?.length !== length || crc32(bytes) !== checksum)
      throw new CorruptionError('a stored tile is damaged or gone', { file });
    this.#count(bytes);
  }

  async finish({ metadata }: TileSetFacts): Promise<StoredTiles> {
    const { temporary, folder, extension } = this.#paths;
    const text = JSON.stringify({ tilejson: '3.0.0', tiles: [`{z}/{x}/{y}.${extension}`], ...metadata });
    await writeFile(join(temporary, 'tilejson.json'), text);
    try {
      await rename(temporary, folder);
    } catch (error) {
      if (!taken.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      throw new ConflictError('the folder is not empty; remove it, or name another', { folder });
    }
    return { contents: this.#contents, bytes: this.#bytes + Buffer.byteLength(text) };
  }

  async close(): Promise<void> {}

  #fileOf({ zoom, col, row }: TileAddress): string {
    return join(this.#paths.temporary, String(zoom), String(col), `${row}.${this.#paths.extension}`);
  }

  #count({ length }: Uint8Array): void {
    this.#contents++;
    this.#bytes += length;
  }
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
