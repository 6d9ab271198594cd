import { padded, recordLayout, viewOf, writeSafeInteger } from './segment-layout.js';

const firstBlockBytes = 64 * 1024;
const maxBlockBytes = 2 ** 20;

/** One record waiting for its segment to be cut: where its bytes are, all but the checksum filled in. */
export interface PendingRecord {
  readonly index: number;
  /** Header and value, without padding. */
  readonly length: number;
  readonly block: Uint8Array;
  readonly start: number;
}

/**
 * Lays records out one after the other in blocks of memory, as they will lie in the file. Their offset in
 * the file, and with it their checksum, is known only when the segment is cut.
 */
export class RecordLog {
  #block = new Uint8Array(0);
  #used = 0;
  #nextBlockBytes = firstBlockBytes;

  /** Copies `value`, which its owner may change afterwards. */
  append(index: number, value: Uint8Array): PendingRecord {
    const length = recordLayout.headerSize + value.length;
    if (this.#used + padded(length) > this.#block.length) this.#addBlock(padded(length));
    const record = { index, length, block: this.#block, start: this.#used };
    const bytes = bytesOfRecord(record);
    const view = viewOf(bytes);
    view.setUint32(recordLayout.valueLength, value.length, true);
    writeSafeInteger(view, recordLayout.index, index);
    bytes.set(value, recordLayout.headerSize);
    this.#used += padded(length);
    return record;
  }

  #addBlock(needed: number): void {
    // Zeroed, which makes the padding.
    this.#block = new Uint8Array(Math.max(needed, this.#nextBlockBytes));
    this.#used = 0;
    this.#nextBlockBytes = Math.min(maxBlockBytes, this.#nextBlockBytes * 2);
  }
}

/** Header and value of a pending record. */
export function bytesOfRecord({ block, start, length }: PendingRecord): Uint8Array {
  return block.subarray(start, start + length);
}

/** The records with their padding, as few pieces as there are blocks. */
export function gatherRecords(records: readonly PendingRecord[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let first = records[0];
  let previous = first;
  for (const record of records) {
    if (record.block !== previous!.block) {
      pieces.push(pieceOf(first!, previous!));
      first = record;
    }
    previous = record;
  }
  if (first && previous) pieces.push(pieceOf(first, previous));
  return pieces;
}

function pieceOf(first: PendingRecord, last: PendingRecord): Uint8Array {
  return first.block.subarray(first.start, last.start + padded(last.length));
}
