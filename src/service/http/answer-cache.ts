import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import type { FixedPart } from './send-kept.js';

const MIB = 2 ** 20;
const MOST_BYTES = 512 * MIB;
const MEMORY_SHARE = 1 / 16;
/** What an answer takes beside its texts and bytes, about. */
const ENTRY_BYTES = 600;
/** Larger answers would push out too many others. */
const LARGEST_SHARE = 1 / 16;

/** A whole answer of status 200, to be sent again while the snapshot it was read from is the newest. */
export interface KeptAnswer {
  readonly layer: string;
  readonly snapshot: string;
  /** The route that made it, as metrics name it. */
  readonly route: string;
  readonly fixed: FixedPart;
}

/** A sixteenth of the memory there is for this process, 512 MiB at most. */
export function defaultAnswerCacheBytes(): number {
  const allowed = constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(Math.min(MOST_BYTES, Math.min(totalmem(), allowed) * MEMORY_SHARE));
}

interface Entry {
  readonly answer: KeptAnswer;
  readonly bytes: number;
  isUsed: boolean;
}

/**
 * Finished answers under their requests, bounded in bytes. The oldest go first, except that one which was asked for
 * since it was looked at last stays for another round: finding an answer so costs no more than a look in a map.
 */
export class AnswerCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #hits = 0;

  /** 0 bytes keep nothing. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(name: string): KeptAnswer | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    entry.isUsed = true;
    return entry.answer;
  }

  /** True when an answer of so many bytes would be kept. */
  takes(bytes: number): boolean {
    return bytes + ENTRY_BYTES <= this.#maxBytes * LARGEST_SHARE;
  }

  set(name: string, answer: KeptAnswer): void {
    if (!this.takes(answer.fixed.length)) return;
    this.delete(name);
    const bytes = answer.fixed.length + ENTRY_BYTES + name.length;
    this.#entries.set(name, { answer, bytes, isUsed: false });
    this.#bytes += bytes;
    this.#evict();
  }

  delete(name: string): void {
    this.#bytes -= this.#entries.get(name)?.bytes ?? 0;
    this.#entries.delete(name);
  }

  /** An answer was sent again. */
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
