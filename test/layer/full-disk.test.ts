import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlobStore, openDirectoryStore } from '../../src/blob/index.js';
import { UnavailableError } from '../../src/errors/index.js';
import { collectGarbage, eraseCells, reindexLayer, updateLayer, writeLayer } from '../../src/layer/index.js';
import { planeSource, wholePlane } from '../../tools/faults/power/plane-source.js';
import { readWorld, worldText } from '../../tools/faults/power/store-world.js';

const LAYOUT = { layer: 'a', tileShape: { t: 2, row: 4, col: 4 }, codec: 'raw', segmentBytes: 4096 } as const;
const PAGE = 4096;

function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'none', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function tryMounting(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tilecurve-mount-'));
  const isMounted = mount(folder);
  if (isMounted) execFileSync('umount', [folder]);
  rmdirSync(folder);
  return isMounted;
}

const canMount = tryMounting();
const reason = canMount ? '' : ' (skipped: mounting a small disk is not allowed here)';

describe.skipIf(!canMount)(`a layer on a disk that is full${reason}`, () => {
  let disk: string;
  let store: BlobStore;

  beforeEach(async () => {
    disk = mkdtempSync(join(tmpdir(), 'tilecurve-full-'));
    mount(disk);
    store = openDirectoryStore(join(disk, 'store'));
    await writeLayer(store, planeSource(1, wholePlane), LAYOUT);
  });
  afterEach(() => {
    execFileSync('umount', [disk]);
    rmdirSync(disk);
  });

  it.each<[string, (store: BlobStore) => Promise<unknown>]>([
    ['an update', (to) => updateLayer(to, planeSource(2, wholePlane), { layer: 'a', segmentBytes: 4096 })],
    ['an erasure', (to) => eraseCells(to, { x: [{ start: 0, end: 6, shift: 0 }] }, { layer: 'a' })],
    ['a reindexing', (to) => reindexLayer(to, 'a', { curve: 'zorder' })],
    ['an overwrite', (to) => writeLayer(to, planeSource(2, wholePlane), { ...LAYOUT, overwrite: true })],
  ])('answers on while %s fails with a named error, at any page short', async (_, work) => {
    const before = worldText(await readWorld(store));
    const files = await segmentsAndRemains(disk);
    let failures = 0;
    for (let pages = 0; pages < 4; pages++) {
      const filler = fill(disk, pages);
      let isWorking = true;
      const reading = readOn(store, () => isWorking);
      const failure = await work(openDirectoryStore(store.location)).catch((error: unknown) => error);
      isWorking = false;
      const answers = await reading;
      expect(answers.every((answer) => answer === before)).toBe(true);
      expect(answers.length).toBeGreaterThan(0);
      rmSync(filler);
      expect(failure).toBeInstanceOf(UnavailableError);
      expect(failure).toMatchObject({ fields: { cause: 'ENOSPC' } });
      failures += 1;
      expect(worldText(await readWorld(store))).toBe(before);
      // A commit that failed leaves its segments: it may have been made all the same.
      await collectGarbage(store, { keep: 1, graceMs: 0 });
      expect(await segmentsAndRemains(disk)).toEqual(files);
    }
    expect(failures).toBe(4);
    await work(store);
  });
});

/** Fills the disk but for some pages; the name of the file that does. */
function fill(disk: string, pages: number): string {
  const filler = join(disk, 'filler');
  let size = 512 * 1024;
  for (; size > 0; size -= PAGE) {
    try {
      writeFileSync(filler, Buffer.alloc(size, 1));
      break;
    } catch {
      rmSync(filler, { force: true });
    }
  }
  writeFileSync(filler, Buffer.alloc(size - pages * PAGE, 1));
  return filler;
}

async function readOn(store: BlobStore, isGoing: () => boolean): Promise<string[]> {
  const answers: string[] = [];
  do answers.push(worldText(await readWorld(store)));
  while (isGoing());
  return answers;
}

async function segmentsAndRemains(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((path) => /\.seg$|\.tmp#/.test(path)).sort();
}
