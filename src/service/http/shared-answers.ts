import { ByteCache } from './byte-cache.js';

interface Making {
  readonly body: Promise<Buffer | undefined>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Whole answers under what decides their bytes. One that several ask for at once is made once; those made last are
 * kept, bounded in bytes.
 */
export class SharedAnswers {
  readonly #making = new Map<string, Making>();
  readonly #kept: ByteCache<Buffer>;

  /** 0 bytes keep nothing. */
  constructor(maxBytes: number) {
    this.#kept = new ByteCache(maxBytes);
  }

  /**
   * The bytes under a name; undefined when there is no data. `make` runs when nobody has made or makes them; it is told
   * to stop once everybody who waits for it has given up.
   *
   * Throws: what `make` throws; the signal's reason.
   */
  async get(
    name: string,
    signal: AbortSignal,
    make: (signal: AbortSignal) => Promise<Buffer | undefined>,
  ): Promise<Buffer | undefined> {
    signal.throwIfAborted();
    const kept = this.#kept.get(name);
    if (kept !== undefined) {
      this.#kept.countHit();
      return kept;
    }
    const making = this.#making.get(name) ?? this.#begin(name, make);
    making.waiting += 1;
    return waitFor(making.body, signal, () => this.#leave(name, making));
  }

  stats() {
    return this.#kept.stats();
  }

  #begin(name: string, make: (signal: AbortSignal) => Promise<Buffer | undefined>): Making {
    const stop = new AbortController();
    const body = make(stop.signal).then((bytes) => {
      if (bytes !== undefined) this.#kept.set(name, bytes, bytes.length);
      return bytes;
    });
    const making: Making = { body, stop, waiting: 0 };
    this.#making.set(name, making);
    const end = () => {
      if (this.#making.get(name) === making) this.#making.delete(name);
    };
    body.then(end, end);
    return making;
  }

  /** Whoever comes after the last has left begins anew. */
  #leave(name: string, making: Making): void {
    making.waiting -= 1;
    if (making.waiting > 0) return;
    if (this.#making.get(name) === making) this.#making.delete(name);
    making.stop.abort();
  }
}

function waitFor<T>(promise: Promise<T>, signal: AbortSignal, onGivenUp: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      onGivenUp();
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    const settled = () => signal.removeEventListener('abort', giveUp);
    promise.then(resolve, reject).finally(settled);
  });
}
