import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorruptionError } from '../../src/errors/index.js';
import { openStaging, reopenStaging, type StagedValue, type Staging } from '../../src/staging/index.js';

const RUN = 3;
/** How the keys of the run's values begin. */
const VALUES = Buffer.from('0100000003', 'hex');
const MEMORY = { memoryBytes: 1e6 };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tilecurve-staging-damage-'));
  const staging = openStaging({ directory, ...MEMORY });
  for (const index of [4, 5, 9]) await staging.put(valueAt(index));
  await staging.checkpoint(new Map());
  await staging.close();
  // LevelDB turns its log into a table when it opens again.
  await (await reopen()).close();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function valueAt(index: number): StagedValue {
  return { run: RUN, index, order: [0, 0], bytes: Buffer.from(`value of ${index}`) };
}

async function reopen(): Promise<Staging> {
  const found = await reopenStaging({ directory, ...MEMORY });
  if (found.kind !== 'found') throw new Error(JSON.stringify(found));
  return found.staging;
}

async function drained(staging: Staging): Promise<StagedValue[]> {
  const values: StagedValue[] = [];
  for await (const value of staging.drain(RUN)) values.push(value);
  return values;
}

async function tables(): Promise<string[]> {
  const names = await readdir(directory);
  return names.filter((name) => name.endsWith('.ldb')).map((name) => join(directory, name));
}

/** Puts a change into the one table that holds the values. */
async function damage(change: (bytes: Buffer) => void): Promise<void> {
  for (const path of await tables()) {
    const bytes = await readFile(path);
    if (!bytes.includes(VALUES)) continue;
    change(bytes);
    await writeFile(path, bytes);
    return;
  }
  throw new Error('no table has the values');
}

describe('a staging whose table is damaged', () => {
  // LevelDB ended the process by an assertion of its own, and every later try of the same write as well.
  it.each<[string, (bytes: Buffer) => void]>([
    ['zeroed', (bytes) => bytes.fill(0, 0, 64)],
    ['flipped in a key', (bytes) => bytes.writeUInt8(bytes[4]! ^ 1, 4)],
    ['flipped in its index', (bytes) => bytes.writeUInt8(bytes.at(-60)! ^ 4, bytes.length - 60)],
    ['flipped in its footer', (bytes) => bytes.writeUInt8(bytes.at(-1)! ^ 1, bytes.length - 1)],
  ])('is removed when bytes are %s', async (_, change) => {
    await damage(change);
    expect(await reopenStaging({ directory, ...MEMORY })).toMatchObject({ kind: 'damaged' });
    expect(await reopenStaging({ directory, ...MEMORY })).toEqual({ kind: 'none' });
  });

  it('is removed when a table is lost', async () => {
    for (const path of await tables()) await rm(path);
    expect(await reopenStaging({ directory, ...MEMORY })).toMatchObject({ kind: 'damaged' });
  });

  it('goes on when it is one that a kill left half written', async () => {
    await writeFile(join(directory, '999999.ldb'), 'half');
    const staging = await reopen();
    expect(await drained(staging)).toEqual([4, 5, 9].map(valueAt));
    await staging.destroy();
  });

  // The value of index 4 became an older one of index 5, and was dropped without a word.
  it('is refused when a key turns into that of its neighbour while it is open', async () => {
    const staging = await reopen();
    await damage((bytes) => {
      const key = Buffer.from('01000000030000000000000004', 'hex');
      const at = bytes.indexOf(key);
      if (at < 0) throw new Error('the key is not there');
      bytes[at + key.length - 1] = 5;
    });
    await expect(drained(staging)).rejects.toThrow(CorruptionError);
    await staging.destroy();
  });
});
