import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from './if-there.js';
import type { ResultFolder, ResultPlace } from './result-folder.js';
import type { ResultFailure } from './result-state.js';

/** Of a result beside its bytes: its folder and small files. */
const FOLDER_BYTES = 16 * 1024;
/** A draft older than this is nobody's. */
const DRAFT_MS = 60_000;

/** How much is kept of results. */
export interface ResultLimits {
  /** On disk, of all of them together. */
  readonly maxBytes: number;
  /** Of one of them. */
  readonly maxResultBytes: number;
  readonly maxResults: number;
  /** How long each is kept. */
  readonly ageMs: number;
}

interface Kept {
  readonly place: ResultPlace;
  readonly bytes: number;
  readonly expiresMs: number;
}

/**
 * Removes what has expired or is nobody's, then of the finished results those that expire first, until the others are
 * within the limits. The answer is the bytes that remain, those of jobs under way too.
 */
export async function sweepResults(
  folder: ResultFolder,
  { maxBytes, maxResults }: ResultLimits,
  interrupted: () => ResultFailure,
): Promise<number> {
  const kept: Kept[] = [];
  let bytes = 0;
  for (const name of await readdir(folder.directory)) {
    const place = folder.placeOf(name);
    if (place === undefined) {
      await removeLeftover(join(folder.directory, name), name);
      continue;
    }
    const state = await folder.state(place, interrupted);
    if (state.kind === 'missing') await folder.remove(place);
    if (state.kind === 'missing') continue;
    const size = await bytesIn(place.path);
    bytes += size;
    if (state.kind === 'done') kept.push({ place, bytes: size, expiresMs: state.head.expiresMs });
  }
  kept.sort((a, b) => b.expiresMs - a.expiresMs);
  while (kept.length > 0 && (bytes > maxBytes || kept.length > maxResults)) {
    const first = kept.pop()!;
    await folder.remove(first.place);
    bytes -= first.bytes;
  }
  return bytes;
}

async function removeLeftover(path: string, name: string): Promise<void> {
  if (!/^(?:new|gone)-[0-9a-f]+$/.test(name)) return;
  const found = await ifThere(stat(path));
  if (found !== undefined && Date.now() - found.mtimeMs > DRAFT_MS) {
    await rm(path, { recursive: true, force: true });
  }
}

async function bytesIn(path: string): Promise<number> {
  let bytes = FOLDER_BYTES;
  for (const file of (await ifThere(readdir(path))) ?? []) {
    bytes += (await ifThere(stat(join(path, file))))?.size ?? 0;
  }
  return bytes;
}
