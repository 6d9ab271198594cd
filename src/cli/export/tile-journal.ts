import { type FileHandle, open } from 'node:fs/promises';
import type { StoredTile } from '../../pmtiles/index.js';

/** Numbers of a record: the tile's, where its bytes are and how many; none of a tile without a value. */
const recordNumbers = 3;
const recordBytes = recordNumbers * Float64Array.BYTES_PER_ELEMENT;
/** Records that are written together, and the longest they wait. */
const maxWaiting = 64;
const maxWaitMs = 500;

/** Notes in a file, in their order, which tiles are done: all of those noted are stored. */
export class TileJournal {
  readonly #handle: FileHandle;
  #waiting: number[] = [];
  #writtenMs = performance.now();

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** The journal of a file, which is made when it is not there, and what it has; a record that was cut short is none. */
  static async open(file: string): Promise<{ journal: TileJournal; stored: StoredTile[] }> {
    const handle = await open(file, 'a+');
    const bytes = await handle.readFile();
    const count = Math.floor(bytes.length / recordBytes);
    await handle.truncate(count * recordBytes);
    const numbers = new Float64Array(Uint8Array.from(bytes.subarray(0, count * recordBytes)).buffer);
    const stored = Array.from({ length: count }, (_, at) => {
      const [id, offset, length] = numbers.subarray(at * recordNumbers, (at + 1) * recordNumbers);
      return { id: id!, offset: offset!, length: length! };
    });
    return { journal: new TileJournal(handle), stored };
  }

  /** Notes a tile that is stored. */
  async note({ id, offset, length }: StoredTile): Promise<void> {
    this.#waiting.push(id, offset, length);
    const isDue =
      this.#waiting.length >= maxWaiting * recordNumbers || performance.now() - this.#writtenMs > maxWaitMs;
    if (isDue) await this.#write();
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    await this.#write();
    await this.#handle.close();
  }

  async #write(): Promise<void> {
    const bytes = new Uint8Array(Float64Array.from(this.#waiting).buffer);
    this.#waiting = [];
    this.#writtenMs = performance.now();
    await this.#handle.appendFile(bytes);
  }
}
