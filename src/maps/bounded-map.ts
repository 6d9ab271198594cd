/** A map that forgets what was asked for longest ago once it holds `limit` entries. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value of `key`, made now when it is not there. */
  get(key: K, make: () => V): V {
    const value = this.#entries.has(key) ? (this.#entries.get(key) as V) : make();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) this.#entries.delete(this.#entries.keys().next().value as K);
    return value;
  }
}
