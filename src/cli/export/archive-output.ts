import { type FileHandle, link, open, rename } from 'node:fs/promises';
import { ConflictError, CorruptionError } from '../../errors/index.js';
import type { TileAddress } from '../../maps/index.js';
import { ArchiveWriter, type StoredTile } from '../../pmtiles/index.js';
import type { StoredTiles, TileOutput, TileSetFacts } from './tile-output.js';

/** Where an archive is collected, and where it goes. */
interface ArchivePaths {
  readonly temporary: string;
  readonly file: string;
  readonly isReplacing: boolean;
}

/** Tiles as one PMTiles file. */
export class ArchiveOutput implements TileOutput {
  readonly #paths: ArchivePaths;
  readonly #handle: FileHandle;
  readonly #writer: ArchiveWriter;

  private constructor(paths: ArchivePaths, handle: FileHandle) {
    this.#paths = paths;
    this.#handle = handle;
    this.#writer = new ArchiveWriter((bytes, position) => writeAll(handle, bytes, position));
  }

  /** Begins a file, or opens what an earlier export has of it. */
  static async open(paths: ArchivePaths): Promise<ArchiveOutput> {
    return new ArchiveOutput(paths, await openOrMake(paths.temporary));
  }

  put(tile: TileAddress, bytes: Uint8Array): Promise<StoredTile> {
    return this.#writer.add(tile, bytes);
  }

  restore(stored: StoredTile): Promise<void> {
    return this.#writer.restore(stored, (position, length) => readAll(this.#handle, position, length));
  }

  async finish(description: TileSetFacts): Promise<StoredTiles> {
    const stored = await this.#writer.finish(description);
    // An earlier export may have been further.
    await this.#handle.truncate(stored.bytes);
    await this.#handle.sync();
    if (this.#paths.isReplacing) await rename(this.#paths.temporary, this.#paths.file);
    else await this.#linkNew();
    return stored;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** link(2) and not rename(2), which would replace in silence what has appeared meanwhile. */
  async #linkNew(): Promise<void> {
    const { temporary, file } = this.#paths;
    try {
      await link(temporary, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new ConflictError('the file exists; --overwrite replaces it', { file });
    }
  }
}

/** Only what is not there is made: making it would empty what cannot be opened for another reason. */
async function openOrMake(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return open(file, 'wx+');
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

async function readAll(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await handle.read(bytes, at, length - at, position + at);
    if (bytesRead === 0)
      throw new CorruptionError('the unfinished archive is too short', { position, length });
    at += bytesRead;
  }
  return bytes;
}
