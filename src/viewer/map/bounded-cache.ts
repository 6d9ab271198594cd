/** Values of which those used last are kept, as many as fit in a size. */
export class BoundedCache<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly size: number }>();
  readonly #maxSize: number;
  readonly #drop: (value: T) => void;
  #size = 0;

  /** `drop` gives back what a value holds. */
  constructor(maxSize: number, drop: (value: T) => void = () => {}) {
    this.#maxSize = maxSize;
    this.#drop = drop;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: T, size: number): void {
    this.delete(key);
    this.#entries.set(key, { value, size });
    this.#size += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#maxSize || oldest === key) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#size -= entry.size;
    this.#drop(entry.value);
  }
}
