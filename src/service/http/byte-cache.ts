/** What an entry takes beside its texts and bytes, about. */
const ENTRY_BYTES = 600;
/** Larger ones would push out too many others. */
const LARGEST_SHARE = 1 / 16;

interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
  isUsed: boolean;
}

/**
 * Values under names, bounded in bytes. The oldest go first, except that one which was asked for since it was looked at
 * last stays for another round: finding one so costs no more than a look in a map.
 */
export class ByteCache<T> {
  readonly #maxBytes: number;
  readonly #largest: number;
  readonly #entries = new Map<string, Entry<T>>();
  #bytes = 0;
  #hits = 0;

  /** 0 bytes keep nothing. One value takes at most `largestShare` of them. */
  constructor(maxBytes: number, largestShare = LARGEST_SHARE) {
    this.#maxBytes = maxBytes;
    this.#largest = maxBytes * largestShare;
  }

  get(name: string): T | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    entry.isUsed = true;
    return entry.value;
  }

  /** True when a value of so many bytes would be kept. */
  takes(bytes: number): boolean {
    return bytes + ENTRY_BYTES <= this.#largest;
  }

  /** Keeps a value that takes `length` bytes, unless that is too much. */
  set(name: string, value: T, length: number): void {
    this.delete(name);
    if (!this.takes(length)) return;
    const bytes = length + ENTRY_BYTES + name.length;
    this.#entries.set(name, { value, bytes, isUsed: false });
    this.#bytes += bytes;
    this.#evict();
  }

  delete(name: string): void {
    this.#bytes -= this.#entries.get(name)?.bytes ?? 0;
    this.#entries.delete(name);
  }

  /** A value was sent again. */
  countHit(): void {
    this.#hits++;
  }

  stats(): { readonly hits: number; readonly answers: number; readonly bytes: number } {
    return { hits: this.#hits, answers: this.#entries.size, bytes: this.#bytes };
  }

  #evict(): void {
    for (const [name, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(name);
      if (entry.isUsed) this.#entries.set(name, { ...entry, isUsed: false });
      else this.#bytes -= entry.bytes;
    }
  }
}
