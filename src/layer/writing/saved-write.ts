import type { SegmentEntry } from '../../catalog/index.js';
import type { StagingNotes } from '../../staging/index.js';

const WRITE_NOTE = 'write';
const RUN_NOTE = 'run/';

/** How far the staging of a level is; everything before it is in staging. */
export interface StagePosition {
  readonly level: number;
  /** Place in the list of parameters. */
  readonly parameter: number;
  /** Windows (of the source) or tiles (of the other levels) of that parameter. */
  readonly steps: number;
  /** Values put for them. */
  readonly values: number;
}

/** What a write notes about itself at a checkpoint. */
export interface SavedWrite {
  /** What was asked for, and of which source. */
  readonly request: string;
  /** What was decided from it, and on which snapshot. */
  readonly plan: string;
  readonly layer: string;
  /** Of the manifest it would make. */
  readonly sequence: number;
  /** Names of segments depend on it. */
  readonly commitId: string;
  readonly position: StagePosition;
  /** Cells of the source that are staged. */
  readonly cells: number;
  /** From here on the manifest may be there. */
  readonly isCommitting: boolean;
}

/** Segments of a run that are in the store; `isWhole` when there are no more to come. */
export interface SavedRun {
  readonly folder: string;
  readonly segments: readonly SegmentEntry[];
  /** Tiles in each of them. */
  readonly tiles: readonly number[];
  readonly isWhole: boolean;
}

/** The notes of a write and of the runs by number that have changed. */
export function encodeNotes(write: SavedWrite, runs: Iterable<readonly [number, SavedRun]>): StagingNotes {
  const notes = new Map([[WRITE_NOTE, jsonBytes(write)]]);
  for (const [number, run] of runs) notes.set(RUN_NOTE + number, jsonBytes(run));
  return notes;
}

/** What the notes say; undefined when they are not those of a write. */
export function decodeNotes(
  notes: StagingNotes,
): { readonly write: SavedWrite; readonly runs: ReadonlyMap<number, SavedRun> } | undefined {
  const write = notes.get(WRITE_NOTE);
  if (write === undefined) return undefined;
  const runs = new Map<number, SavedRun>();
  for (const [name, bytes] of notes) {
    if (name.startsWith(RUN_NOTE))
      runs.set(Number(name.slice(RUN_NOTE.length)), parseJson(bytes) as SavedRun);
  }
  return { write: parseJson(write) as SavedWrite, runs };
}

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

// Staging has checked that the bytes are those that were noted.
function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
