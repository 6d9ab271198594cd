import { CorruptionError } from '../errors/index.js';
import { type KeyRange, openEntry, type StagedEntry, sealEntry } from './staged-entry.js';

// Keys of this kind sort before those of values; the second byte says what the entry is.
const NOTE_KIND = 0;
const MARKER = 0;
const COUNT = 1;
const NOTE = 2;
const COUNT_KEY_BYTES = 6;

/** Bounds of everything that belongs to checkpoints. */
export const checkpointKeys: KeyRange = { gte: Uint8Array.of(NOTE_KIND), lte: Uint8Array.of(NOTE_KIND, 255) };

/** Put sequences that count as never put: [first, end). */
export type SequenceSpan = readonly [first: number, end: number];

/** What a checkpoint says; the entries of values that came before it in LevelDB's log are the ones it counts. */
export interface CheckpointRecord {
  /** Values put later have at least this sequence. */
  readonly sequence: number;
  /** What was put after a checkpoint, by a process that did not get as far as the next. */
  readonly discarded: readonly SequenceSpan[];
  /** Entries of each run. */
  readonly counts: ReadonlyMap<number, number>;
  readonly notes: ReadonlyMap<string, Uint8Array>;
}

/**
 * The entries that bring the stored checkpoint up to `record`; they must be written in one batch. Only the counts
 * of `changedRuns` are written, and `record.notes` are those that are new.
 */
export function encodeCheckpoint(record: CheckpointRecord, changedRuns: Iterable<number>): StagedEntry[] {
  const { sequence, discarded, counts, notes } = record;
  const entries: StagedEntry[] = [];
  for (const run of changedRuns) entries.push(sealEntry(countKey(run), jsonBytes(counts.get(run) ?? 0)));
  for (const [name, bytes] of notes) entries.push(sealEntry(noteKey(name), bytes));
  const marker = { sequence, discarded, total: totalOf(counts) };
  entries.push(sealEntry(Uint8Array.of(NOTE_KIND, MARKER), jsonBytes(marker)));
  return entries;
}

/** The checkpoint that entries make up; undefined without one. CorruptionError when some are missing. */
export function decodeCheckpoint(
  entries: readonly StagedEntry[],
  location: string,
): CheckpointRecord | undefined {
  let marker: { sequence: number; discarded: SequenceSpan[]; total: number } | undefined;
  const counts = new Map<number, number>();
  const notes = new Map<string, Uint8Array>();
  for (const entry of entries) {
    const { key } = entry;
    const bytes = openEntry(entry, location);
    if (key[1] === MARKER) marker = parseJson(bytes) as typeof marker;
    else if (key[1] === COUNT) counts.set(runOf(key), parseJson(bytes) as number);
    else notes.set(Buffer.from(key.subarray(2)).toString('utf8'), bytes);
  }
  if (marker === undefined) return undefined;
  const found = totalOf(counts);
  // A piece missing from the middle of LevelDB's log takes values and their counts with it.
  if (found !== marker.total) {
    throw new CorruptionError('staged counts are missing', {
      path: location,
      expected: marker.total,
      found,
    });
  }
  return { sequence: marker.sequence, discarded: marker.discarded, counts, notes };
}

function countKey(run: number): Uint8Array {
  const key = Buffer.alloc(COUNT_KEY_BYTES);
  key[0] = NOTE_KIND;
  key[1] = COUNT;
  key.writeUInt32BE(run, 2);
  return key;
}

function runOf(key: Uint8Array): number {
  return Buffer.from(key).readUInt32BE(2);
}

function noteKey(name: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(NOTE_KIND, NOTE), Buffer.from(name, 'utf8')]);
}

function totalOf(counts: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
