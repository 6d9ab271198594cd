import type { unpackTile } from '../../codec/index.js';

type CellsOf = Awaited<ReturnType<typeof unpackTile>>;

/** A plan that would fill more than this part reads its tiles once and would push out what others read often. */
const LARGEST_SHARE = 1 / 2;

interface Entry {
  readonly cells: Promise<CellsOf>;
  readonly bytes: number;
}

/**
 * The tiles unpacked last, of all layers that share it, bounded in bytes; the one that was not asked for longest goes
 * first. Only what unpacking makes is kept: records are read and their checksums compared each time. The next instant of
 * a map or the next point of a series mostly lies in the same tiles, and unpacking one takes longer than reading it.
 */
export class UnpackedTiles {
  readonly #maxBytes: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #hits = 0;

  /** 0 bytes keep nothing. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** True when so many bytes are worth keeping together. */
  takes(bytes: number): boolean {
    return bytes <= this.#maxBytes * LARGEST_SHARE;
  }

  /** The tile under a name that no other tile ever has; `unpack` makes it, once for all who ask. */
  get(name: string, bytes: number, unpack: () => Promise<CellsOf>): Promise<CellsOf> {
    const known = this.#entries.get(name);
    if (known !== undefined) {
      this.#hits++;
      this.#entries.delete(name);
      this.#entries.set(name, known);
      return known.cells;
    }
    const cells = unpack();
    const entry = { cells, bytes };
    this.#entries.set(name, entry);
    this.#bytes += bytes;
    cells.catch(() => this.#drop(name, entry));
    for (const [oldest, one] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest, one);
    }
    return cells;
  }

  stats(): { readonly hits: number; readonly tiles: number; readonly bytes: number } {
    return { hits: this.#hits, tiles: this.#entries.size, bytes: this.#bytes };
  }

  #drop(name: string, entry: Entry): void {
    if (this.#entries.get(name) !== entry) return;
    this.#entries.delete(name);
    this.#bytes -= entry.bytes;
  }
}
