import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { crc32 } from '../bytes/index.js';
import { CorruptionError, InvalidArgumentError } from '../errors/index.js';
import { type DirectoryEntry, encodeDirectories } from './directory.js';
import { type ArchiveFacts, encodeHeader, headerBytes, type Section } from './header.js';
import { type ArchiveTile, tileIdOf } from './tile-id.js';

/** Header and root are within these bytes, and tiles begin behind them: clients read so much at first. */
const headBytes = 16_384;

/** Puts bytes at a position of the file. */
export type WriteAt = (bytes: Uint8Array, position: number) => Promise<void>;

/** Reads bytes at a position of the file. */
export type ReadAt = (position: number, length: number) => Promise<Uint8Array>;

/** A tile that is stored: its number, where its bytes are among those of all tiles, and their CRC-32. */
export interface StoredTile extends Section {
  readonly id: number;
  readonly checksum: number;
}

/** How much an archive has. */
export interface ArchiveCounts {
  /** Tiles that have an address. */
  readonly tiles: number;
  /** Tiles whose bytes differ. */
  readonly contents: number;
  readonly bytes: number;
}

/** What is said of an archive: facts in its header, the rest as JSON. */
export interface ArchiveDescription {
  readonly facts: ArchiveFacts;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Writes a PMTiles archive of version 3 in one go: tiles as they come, then what is known only at their end. Tiles with the
 * same bytes are stored once, and neighbours on the curve are one entry.
 *
 * Cost:   about 200 bytes of memory for each tile whose bytes differ from all others.
 * Source: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
 */
export class ArchiveWriter {
  readonly #write: WriteAt;
  readonly #maxRootBytes: number;
  readonly #contents = new Map<string, Section>();
  readonly #entries: DirectoryEntry[] = [];
  #tiles = 0;
  /** The least number that the next tile may have. */
  #next = 0;
  #end = 0;

  /** `maxRootBytes` makes leaf directories earlier than a client needs them. */
  constructor(write: WriteAt, { maxRootBytes = headBytes - headerBytes } = {}) {
    this.#write = write;
    this.#maxRootBytes = Math.min(maxRootBytes, headBytes - headerBytes);
  }

  /** Throws: InvalidArgumentError for a tile without bytes, or one that does not come after the last in `tileIdOf`. */
  async add(tile: ArchiveTile, bytes: Uint8Array): Promise<StoredTile> {
    const id = tileIdOf(tile);
    if (bytes.length === 0 || id < this.#next) {
      throw new InvalidArgumentError(
        'tiles of an archive have bytes, and come in the order of their numbers',
        { ...tile, id, bytes: bytes.length },
      );
    }
    const stored = { id, ...(await this.#store(bytes)), checksum: crc32(bytes) };
    this.#enter(stored);
    return stored;
  }

  /**
   * Takes up a tile that an earlier writer of the same file has added, in the same order; `read` reads that file.
   *
   * Throws: CorruptionError where no tile can be, or where its bytes are others.
   */
  async restore(stored: StoredTile, read: ReadAt): Promise<void> {
    const { id, offset, length, checksum } = stored;
    const isNew = offset === this.#end;
    if (id < this.#next || length === 0 || (!isNew && offset + length > this.#end)) {
      throw new CorruptionError('no archive has such a tile', { ...stored });
    }
    if (isNew) {
      const bytes = await read(headBytes + offset, length);
      const found = crc32(bytes);
      if (found !== checksum) throw new CorruptionError('a stored tile is damaged', { ...stored, found });
      this.#know(bytes, { offset, length });
    }
    this.#enter(stored);
  }

  /** Writes the rest. Throws: InvalidArgumentError without tiles. */
  async finish({ facts, metadata }: ArchiveDescription): Promise<ArchiveCounts> {
    if (this.#tiles === 0) throw new InvalidArgumentError('an archive has one tile at least');
    const { root, leaves } = encodeDirectories(this.#entries, this.#maxRootBytes);
    const json = gzipSync(JSON.stringify(metadata));
    const tiles = { offset: headBytes, length: this.#end };
    const metadataAt = tiles.offset + tiles.length;
    const leavesAt = metadataAt + json.length;
    await this.#write(json, metadataAt);
    await this.#write(leaves, leavesAt);
    const header = encodeHeader(
      {
        root: { offset: headerBytes, length: root.length },
        metadata: { offset: metadataAt, length: json.length },
        leaves: { offset: leavesAt, length: leaves.length },
        tiles,
        addressed: this.#tiles,
        entries: this.#entries.length,
        contents: this.#contents.size,
      },
      facts,
    );
    await this.#write(Buffer.concat([header, root], headBytes), 0);
    return { tiles: this.#tiles, contents: this.#contents.size, bytes: leavesAt + leaves.length };
  }

  async #store(bytes: Uint8Array): Promise<Section> {
    const known = this.#contents.get(digestOf(bytes));
    if (known !== undefined) return known;
    const content = { offset: this.#end, length: bytes.length };
    await this.#write(bytes, headBytes + content.offset);
    this.#know(bytes, content);
    return content;
  }

  #know(bytes: Uint8Array, content: Section): void {
    this.#contents.set(digestOf(bytes), content);
    this.#end += content.length;
  }

  #enter({ id, offset, length }: StoredTile): void {
    const last = this.#entries.at(-1);
    this.#tiles++;
    this.#next = id + 1;
    if (last !== undefined && last.id + last.run === id && last.offset === offset) {
      this.#entries[this.#entries.length - 1] = { ...last, run: last.run + 1 };
    } else this.#entries.push({ id, offset, length, run: 1 });
  }
}

function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64');
}
