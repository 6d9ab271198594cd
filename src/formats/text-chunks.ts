import { longestNumber, type PrintNumber } from './number-text.js';

const chunkBytes = 64 * 1024;

/** UTF-8 text on its way out: collected into chunks of about 64 KiB that are handed over as they fill up. */
export class TextChunks {
  #open = Buffer.allocUnsafeSlow(chunkBytes);
  #length = 0;
  #full: Uint8Array[] = [];

  /** Appends text of any length. */
  text(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    let at = 0;
    while (at < bytes.length) {
      const part = bytes.subarray(at, at + chunkBytes - this.#length);
      this.#open.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length === chunkBytes) this.#close();
    }
  }

  /**
   * Appends `values` from `start` on, each with a comma before it (none before the first when `isFirst`), until
   * one chunk is full; returns where to go on. What is not a finite number becomes null.
   */
  numbers(
    values: Float64Array | Float32Array,
    { start, isFirst, print }: { start: number; isFirst: boolean; print: PrintNumber },
  ): number {
    const out = this.#open;
    let at = this.#length;
    let index = start;
    for (; index < values.length && at < chunkBytes - longestNumber; index++) {
      if (!isFirst || index > start) out[at++] = 44;
      const value = values[index]!;
      at = value - value === 0 ? print(value, out, at) : printNull(out, at);
    }
    this.#length = at;
    if (index < values.length) this.#close();
    return index;
  }

  /** Chunks that are full; the caller owns them. */
  takeFull(): Uint8Array[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Everything that is left. */
  takeRest(): Uint8Array[] {
    if (this.#length > 0) this.#close();
    return this.takeFull();
  }

  #close(): void {
    this.#full.push(this.#open.subarray(0, this.#length));
    this.#open = Buffer.allocUnsafeSlow(chunkBytes);
    this.#length = 0;
  }
}

function printNull(out: Uint8Array, at: number): number {
  out[at] = 110;
  out[at + 1] = 117;
  out[at + 2] = 108;
  out[at + 3] = 108;
  return at + 4;
}
