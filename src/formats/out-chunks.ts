import type { ByteCursor } from './digit-text.js';
import { longestNumber, type PrintNumbers } from './number-text.js';

const chunkBytes = 64 * 1024;

/** Bytes on their way out, mostly UTF-8 text: collected into chunks of about 64 KiB that are handed over as they fill up. */
export class OutChunks {
  readonly #open: ByteCursor = newChunk();
  #full: Uint8Array[] = [];

  /** Appends text of any length. */
  text(text: string): void {
    this.bytes(Buffer.from(text, 'utf8'));
  }

  /** Appends bytes of any length. */
  bytes(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; ) {
      const part = bytes.subarray(start, start + chunkBytes - this.#open.at);
      this.#open.bytes.set(part, this.#open.at);
      this.#open.at += part.length;
      start += part.length;
      if (this.#open.at === chunkBytes) this.#close();
    }
  }

  /**
   * Appends `values` from `start` on, at least one, each with a comma before it (none before the first when `isFirst`),
   * until one chunk is full; returns where to go on. What is not a finite number becomes null.
   */
  numbers(
    values: Float64Array | Float32Array,
    { start, isFirst, print }: { start: number; isFirst: boolean; print: PrintNumbers },
  ): number {
    const end = chunkBytes - longestNumber;
    // Text before it may have left no room for a number: then none would be printed, and `isFirst` be over.
    if (this.#open.at >= end) this.#close();
    const next = print(values, { start, isFirst, to: this.#open, end });
    if (next < values.length) this.#close();
    return next;
  }

  /** Where up to `length` bytes can be printed, 64 KiB at most; use it before anything else is appended. */
  room(length: number): ByteCursor {
    if (this.#open.at + length > chunkBytes) this.#close();
    return this.#open;
  }

  /** Whether there are chunks to take. */
  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  /** Chunks that are full; the caller owns them. */
  takeFull(): Uint8Array[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Everything that is left. */
  takeRest(): Uint8Array[] {
    if (this.#open.at > 0) this.#close();
    return this.takeFull();
  }

  #close(): void {
    this.#full.push(this.#open.bytes.subarray(0, this.#open.at));
    Object.assign(this.#open, newChunk());
  }
}

function newChunk(): ByteCursor {
  const bytes = Buffer.allocUnsafeSlow(chunkBytes);
  return { bytes, view: new DataView(bytes.buffer), at: 0 };
}
