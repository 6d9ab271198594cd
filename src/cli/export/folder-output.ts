import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConflictError } from '../../errors/index.js';
import type { TileAddress } from '../../maps/index.js';
import type { StoredTiles, TileOutput, TileSetFacts } from './tile-output.js';

/** Codes of a rename onto a folder that is not empty, or onto a file. */
const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'];

/** Tiles as files `z/x/y.png` below a folder, with a `tilejson.json`. */
export class FolderOutput implements TileOutput {
  readonly #folder: string;
  readonly #temporary: string;
  readonly #extension: string;
  #column = '';
  #contents = 0;
  #bytes = 0;

  private constructor(folder: string, temporary: string, extension: string) {
    this.#folder = folder;
    this.#temporary = temporary;
    this.#extension = extension;
  }

  /** Begins a folder beside the one named. */
  static async open(path: string, { extension }: { readonly extension: string }): Promise<FolderOutput> {
    const folder = resolve(path);
    const temporary = `${folder}.${process.pid}.part`;
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    return new FolderOutput(folder, temporary, extension);
  }

  async put({ zoom, col, row }: TileAddress, bytes: Uint8Array): Promise<void> {
    const column = join(this.#temporary, String(zoom), String(col));
    if (column !== this.#column) await mkdir(column, { recursive: true });
    this.#column = column;
    await writeFile(join(column, `${row}.${this.#extension}`), bytes);
    this.#contents++;
    this.#bytes += bytes.length;
  }

  async finish({ metadata }: TileSetFacts): Promise<StoredTiles> {
    const tiles = [`{z}/{x}/{y}.${this.#extension}`];
    const text = JSON.stringify({ tilejson: '3.0.0', tiles, ...metadata });
    await writeFile(join(this.#temporary, 'tilejson.json'), text);
    try {
      await rename(this.#temporary, this.#folder);
    } catch (error) {
      if (!taken.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      throw new ConflictError('the folder is not empty; remove it, or name another', {
        folder: this.#folder,
      });
    }
    return { contents: this.#contents, bytes: this.#bytes + Buffer.byteLength(text) };
  }

  async discard(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true });
  }
}
