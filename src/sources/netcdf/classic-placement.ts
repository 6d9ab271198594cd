import { CorruptionError } from '../../errors/index.js';
import type { ClassicEntry, ClassicHeader } from './classic-header.js';

/** Where the cells of a variable are: row-major within a record, records `recordBytes` apart. */
export interface PlacedVariable {
  readonly entry: ClassicEntry;
  /** One length per dimension, the number of records first for a record variable. */
  readonly lengths: readonly number[];
  /** Bytes between neighbours along each dimension. */
  readonly strides: readonly number[];
  readonly endByte: number;
}

interface Slab {
  readonly entry: ClassicEntry;
  readonly isRecord: boolean;
  /** Bytes of all cells, or of those in one record. */
  readonly bytes: number;
}

/**
 * Finds the place of every variable.
 * Throws: CorruptionError when variables overlap, or the header contradicts itself on their sizes. That the
 * file is long enough is not checked here.
 */
export function placeVariables(header: ClassicHeader, fileBytes: number): PlacedVariable[] {
  const slabs = header.entries.map(slabOf);
  const fixed = slabs.filter(({ isRecord }) => !isRecord);
  const inRecord = slabs.filter(({ isRecord }) => isRecord);
  const recordBytes = recordLength(inRecord);
  const fixedEnd = checkOrder(fixed, header.lengthBytes);
  const recordEnd = checkOrder(inRecord, fixedEnd);
  const recordBegin = Math.min(...inRecord.map(({ entry }) => entry.begin));
  if (inRecord.length > 0 && recordEnd - recordBegin > recordBytes)
    throw new CorruptionError('record variables overlap', { found: recordEnd - recordBegin, recordBytes });
  // A writer that did not count its records left whole ones.
  const records = header.records ?? Math.floor((fileBytes - recordBegin + 3) / recordBytes);
  return slabs.map((slab) => placed(slab, Math.max(0, records), recordBytes));
}

function slabOf(entry: ClassicEntry): Slab {
  const { dimensions, type, statedBytes, name } = entry;
  const isRecord = dimensions[0] !== undefined && dimensions[0].length === undefined;
  const bytes = dimensions.reduce((product, { length }) => product * (length ?? 1), type.bytes);
  // Sizes of 4 GB and more do not fit the field; some writers leave out the padding.
  const isKnown = bytes < 2 ** 32 - 4;
  if (isKnown && statedBytes !== bytes && statedBytes !== padded(bytes))
    throw new CorruptionError('size of a variable contradicts its dimensions', {
      array: name,
      found: statedBytes,
      expected: padded(bytes),
    });
  if (!Number.isSafeInteger(bytes))
    throw new CorruptionError('variable is larger than any file', { array: name });
  return { entry, isRecord, bytes };
}

/** A lone record variable is not padded. */
function recordLength(slabs: readonly Slab[]): number {
  const [first] = slabs;
  if (slabs.length === 1 && first !== undefined) return first.bytes;
  return slabs.reduce((sum, { bytes }) => sum + padded(bytes), 0);
}

/** Answers where the last one ends. */
function checkOrder(slabs: readonly Slab[], begin: number): number {
  const inOrder = [...slabs].sort((a, b) => a.entry.begin - b.entry.begin);
  let end = begin;
  for (const { entry, bytes } of inOrder) {
    if (entry.begin < end)
      throw new CorruptionError('variable begins where another one or the header is', {
        array: entry.name,
        found: entry.begin,
        expected: `${end} or more`,
      });
    end = entry.begin + bytes;
  }
  return end;
}

function placed({ entry, isRecord, bytes }: Slab, records: number, recordBytes: number): PlacedVariable {
  const lengths = entry.dimensions.map(({ length }) => length ?? records);
  const strides: number[] = [];
  let stride = entry.type.bytes;
  for (let d = lengths.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= lengths[d]!;
  }
  if (isRecord) strides[0] = recordBytes;
  const endByte = entry.begin + bytes + (isRecord ? Math.max(0, records - 1) * recordBytes : 0);
  return { entry, lengths, strides, endByte };
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
