import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from '../../bytes/index.js';
import type { StoredTile } from '../../pmtiles/index.js';

/** Numbers of a record: the tile's, where its bytes are, how many (none of a tile without a value), and two checksums. */
const recordNumbers = 5;
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

  /** The journal of a file, which is made when it is not there, and what it has; a record that was cut short or is damaged is none. */
  static async open(file: string): Promise<{ journal: TileJournal; stored: StoredTile[] }> {
    const handle = await open(file, 'a+');
    const bytes = await handle.readFile();
    const stored: StoredTile[] = [];
    for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes) {
      const record = new Float64Array(Uint8Array.from(bytes.subarray(at, at + recordBytes)).buffer);
      const [id, offset, length, checksum, own] = record;
      // What follows may build upon it.
      if (own !== checksumOf(record)) break;
      stored.push({ id: id!, offset: offset!, length: length!, checksum: checksum! });
    }
    await handle.truncate(stored.length * recordBytes);
    return { journal: new TileJournal(handle), stored };
  }

  /** Notes a tile that is stored. */
  async note({ id, offset, length, checksum }: StoredTile): Promise<void> {
    const record = Float64Array.of(id, offset, length, checksum, 0);
    this.#waiting.push(...record.subarray(0, -1), checksumOf(record));
    const isDue =
      this.#waiting.length >= maxWaiting * recordNumbers || performance.now() - this.#writtenMs > maxWaitMs;
    if (isDue) await this.#write();
  }

  /** Writes what waits, too. */
  async close(): Promise<void> {
    try {
      await this.#write();
    } finally {
      await this.#handle.close();
    }
  }

  /** Writes nothing: a full disk would not take it. */
  async drop(): Promise<void> {
    await this.#handle.close();
  }

  async #write(): Promise<void> {
    const bytes = new Uint8Array(Float64Array.from(this.#waiting).buffer);
    this.#waiting = [];
    this.#writtenMs = performance.now();
    await this.#handle.appendFile(bytes);
  }
}

/** Of a record's numbers but the last, where it is kept. */
function checksumOf(record: Float64Array): number {
  return crc32(new Uint8Array(record.buffer, 0, recordBytes - Float64Array.BYTES_PER_ELEMENT));
}
