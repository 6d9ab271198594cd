import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConflictError } from '../../errors/index.js';
import type { TileAddress } from '../../maps/index.js';
import { ArchiveWriter } from '../../pmtiles/index.js';
import type { StoredTiles, TileOutput, TileSetFacts } from './tile-output.js';

/** Tiles as one PMTiles file. */
export class ArchiveOutput implements TileOutput {
  readonly #file: string;
  readonly #temporary: string;
  readonly #isReplacing: boolean;
  readonly #handle: FileHandle;
  readonly #writer: ArchiveWriter;

  private constructor(file: string, temporary: string, { handle, isReplacing }: OpenFile) {
    this.#file = file;
    this.#temporary = temporary;
    this.#isReplacing = isReplacing;
    this.#handle = handle;
    this.#writer = new ArchiveWriter((bytes, position) => writeAll(handle, bytes, position));
  }

  /** Begins a file beside the one named, in the same folder. */
  static async open(
    path: string,
    { isReplacing }: { readonly isReplacing: boolean },
  ): Promise<ArchiveOutput> {
    const file = resolve(path);
    const temporary = `${file}.${process.pid}.part`;
    return new ArchiveOutput(file, temporary, { handle: await open(temporary, 'w'), isReplacing });
  }

  put(tile: TileAddress, bytes: Uint8Array): Promise<void> {
    return this.#writer.add(tile, bytes);
  }

  async finish(description: TileSetFacts): Promise<StoredTiles> {
    const stored = await this.#writer.finish(description);
    await this.#handle.sync();
    await this.#handle.close();
    if (this.#isReplacing) await rename(this.#temporary, this.#file);
    else await this.#linkNew();
    return stored;
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#temporary, { force: true });
  }

  /** link(2) and not rename(2), which would replace in silence what has appeared meanwhile. */
  async #linkNew(): Promise<void> {
    try {
      await link(this.#temporary, this.#file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new ConflictError('the file exists; --overwrite replaces it', { file: this.#file });
    }
    await rm(this.#temporary, { force: true });
  }
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly isReplacing: boolean;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}
