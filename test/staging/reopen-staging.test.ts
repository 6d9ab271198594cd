import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, CorruptionError, InvalidArgumentError } from '../../src/errors/index.js';
import {
  openStaging,
  type ReopenedStaging,
  reopenStaging,
  type StagedValue,
  type Staging,
} from '../../src/staging/index.js';

const RUNS = 3;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tilecurve-reopen-test-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('a staging that was closed', () => {
  it('has what its last checkpoint has, and nothing that was put after it', async () => {
    const directory = join(root, 's');
    const staging = openStaging({ directory, memoryBytes: 1e6 });
    await staging.put(at(1, 1));
    await staging.put(at(2, 2));
    await staging.checkpoint(notes({ place: 'here', other: 'kept' }));
    await staging.put(at(1, 9));
    await staging.put(at(3, 3));
    await staging.checkpoint(notes({ place: 'there' }));
    await staging.put(at(2, 7));
    await staging.put(at(4, 7));
    for await (const _ of staging.drain(1)) break;
    await staging.close();
    const again = found(await reopenStaging({ directory, memoryBytes: 1e6 }));
    expect(again.notes).toEqual({ place: 'there', other: 'kept' });
    expect(await drained(again.staging)).toEqual([at(1, 9), at(2, 2), at(3, 3)]);
    await again.staging.put(at(4, 4));
    expect(await drained(again.staging)).toEqual([at(1, 9), at(2, 2), at(3, 3), at(4, 4)]);
    await again.staging.destroy();
    expect(await readdir(root)).toEqual([]);
  });

  it('is nothing, and removed, when it never reached a checkpoint', async () => {
    const directory = join(root, 's');
    const staging = openStaging({ directory, memoryBytes: 0 });
    await staging.put(at(1, 1));
    await staging.close();
    expect(await reopenStaging({ directory, memoryBytes: 0 })).toEqual({ kind: 'none' });
    expect(await readdir(root)).toEqual([]);
  });

  it('is refused while another has it', async () => {
    const directory = join(root, 's');
    const staging = openStaging({ directory, memoryBytes: 0 });
    await staging.put(at(1, 1));
    await staging.checkpoint(notes({}));
    await expect(reopenStaging({ directory, memoryBytes: 0 })).rejects.toThrow(ConflictError);
    expect(await drained(staging)).toEqual([at(1, 1)]);
    await staging.destroy();
  });

  it('cannot be used any more', async () => {
    const staging = openStaging({ directory: join(root, 's'), memoryBytes: 0 });
    await staging.close();
    await staging.close();
    await staging.destroy();
    await expect(staging.put(at(1, 1))).rejects.toThrow(InvalidArgumentError);
    await expect(staging.checkpoint(notes({}))).rejects.toThrow(InvalidArgumentError);
  });

  it('stops within a checkpoint when it is told to, which then does not count', async () => {
    const directory = join(root, 's');
    const staging = openStaging({ directory, memoryBytes: 1e6 });
    await staging.put(at(1, 1));
    await staging.checkpoint(notes({ at: '1' }));
    await staging.put(at(2, 2));
    const stop = new AbortController();
    const stopped = staging.checkpoint(notes({ at: '2' }), stop.signal);
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await staging.close();
    const again = found(await reopenStaging({ directory, memoryBytes: 1e6 }));
    expect(again.notes).toEqual({ at: '1' });
    expect(await drained(again.staging)).toEqual([at(1, 1)]);
    await again.staging.destroy();
  });
});

describe('a directory', () => {
  it('that is not there, or holds other files, is left alone', async () => {
    expect(await reopenStaging({ directory: join(root, 'no'), memoryBytes: 0 })).toEqual({ kind: 'none' });
    for (const name of ['CURRENT', 'layer.json']) await writeFile(join(root, name), 'precious');
    expect(await reopenStaging({ directory: root, memoryBytes: 0 })).toEqual({ kind: 'none' });
    expect((await readdir(root)).sort()).toEqual(['CURRENT', 'layer.json']);
  });
});

interface Moment {
  readonly notes: Record<string, string>;
  readonly values: readonly StagedValue[];
}

/** Puts in random order with checkpoints between them, and what each checkpoint must have. */
async function fill(
  staging: Staging,
  start: Moment,
  steps: readonly { run: number; index: number; fill: number; isCheckpoint: boolean }[],
): Promise<Moment[]> {
  const places = new Map(start.values.map((value) => [`${value.run}.${value.index}`, value]));
  const moments = [start];
  let count = Number(start.notes.count ?? 0);
  for (const step of steps) {
    const value: StagedValue = { ...at(step.index, step.fill, 3000), run: step.run };
    places.set(`${value.run}.${value.index}`, value);
    await staging.put(value);
    if (!step.isCheckpoint) continue;
    count += 1;
    await staging.checkpoint(notes({ count: String(count), [`run${step.run}`]: String(count) }));
    const known = moments.at(-1)!.notes;
    moments.push({
      notes: { ...known, count: String(count), [`run${step.run}`]: String(count) },
      values: [...places.values()],
    });
  }
  return moments;
}

const step = fc.record({
  run: fc.nat(RUNS - 1),
  index: fc.nat(15),
  fill: fc.nat(255),
  isCheckpoint: fc.nat(3).map((n) => n === 0),
});
const steps = fc.array(step, { maxLength: 40 });

describe('whatever is left of the log', () => {
  it('is some checkpoint as a whole, or damage that is noticed', async () => {
    let name = 0;
    const outcomes = { older: 0, newest: 0, none: 0, noticed: 0 };
    await fc.assert(
      fc.asyncProperty(
        steps,
        steps,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (before, after, cut) => {
          const directory = join(root, `${name++}`);
          const options = { directory, memoryBytes: 4000 };
          const first = openStaging(options);
          let moments = await fill(first, { notes: {}, values: [] }, before);
          await first.close();
          // A second life, so that there is something discarded too.
          const second = await reopenStaging(options);
          if (second.kind === 'found') {
            moments = await fill(second.staging, moments.at(-1)!, after);
            await second.staging.close();
          }
          const logs = (await readdir(directory).catch(() => []))
            .filter((file) => file.endsWith('.log'))
            .sort();
          for (const log of logs.slice(-1)) {
            const { length } = await readFile(join(directory, log));
            await truncate(join(directory, log), Math.floor(length * cut));
          }
          const left = await reopenStaging(options);
          if (left.kind !== 'found') {
            outcomes.none += 1;
            return;
          }
          const { notes: kept, staging } = found(left);
          const moment = moments.find((one) => one.notes.count === kept.count)!;
          expect(kept).toEqual(moment.notes);
          expect(await drainedAll(staging)).toEqual(sorted(moment.values));
          outcomes[moment === moments.at(-1) ? 'newest' : 'older'] += 1;
          await staging.destroy();
        },
      ),
      { seed: 11, numRuns: 60 },
    );
    expect(outcomes.older).toBeGreaterThan(5);
    expect(outcomes.newest).toBeGreaterThan(5);
  });
});

describe('damage in a directory', () => {
  it('is noticed, or without consequence, wherever it strikes', async () => {
    const origin = join(root, 'origin');
    const staging = openStaging({ directory: origin, memoryBytes: 0 });
    const values = Array.from({ length: 150 }, (_, i) => at(i, i, 70_000));
    for (const item of values) {
      await staging.put(item);
      if (item.index % 10 === 9) await staging.checkpoint(notes({ count: String(item.index + 1) }));
    }
    await staging.close();
    const files = (await readdir(origin)).filter((file) => file !== 'LOCK' && !file.startsWith('LOG'));
    let noticed = 0;
    let trial = 0;
    for (const file of files) {
      const bytes = await readFile(join(origin, file));
      const kinds = ['flip', 'flip', 'flip', 'cut', 'remove'] as const;
      for (const [i, kind] of kinds.entries()) {
        const directory = join(root, `trial-${trial++}`);
        await mkdir(directory);
        for (const one of files) {
          if (one !== file) await copyFile(join(origin, one), join(directory, one));
        }
        const damaged = Buffer.from(bytes);
        const place = Math.floor((damaged.length * (2 * i + 1)) / 10);
        if (kind === 'flip' && damaged.length > 0) damaged[place]! ^= 0x10;
        if (kind !== 'remove')
          await writeFile(join(directory, file), kind === 'cut' ? damaged.subarray(0, place) : damaged);
        if (!(await isHarmless(directory, values))) noticed += 1;
        await rm(directory, { recursive: true, force: true });
      }
    }
    expect(noticed).toBeGreaterThan(files.length);
  }, 120_000);
});

/** False when damage was noticed; fails when values are wrong and nothing says so. */
async function isHarmless(directory: string, values: readonly StagedValue[]): Promise<boolean> {
  const left = await reopenStaging({ directory, memoryBytes: 0 });
  if (left.kind !== 'found') return false;
  const { staging, notes: kept } = found(left);
  try {
    const all = await drained(staging);
    expect(all.length).toBe(Number(kept.count));
    for (const [i, item] of all.entries()) {
      expect(item.index).toBe(i);
      expect(Buffer.compare(item.bytes, values[i]!.bytes)).toBe(0);
    }
    return true;
  } catch (error) {
    if (!(error instanceof CorruptionError)) throw error;
    return false;
  } finally {
    await staging.destroy();
  }
}

function at(index: number, fill: number, length = 10): StagedValue {
  return { run: 1, index, order: [0, 0], bytes: new Uint8Array(length).fill(fill) };
}

function notes(texts: Readonly<Record<string, string>>): Map<string, Uint8Array> {
  return new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
}

function found(reopened: ReopenedStaging): { staging: Staging; notes: Record<string, string> } {
  if (reopened.kind !== 'found') throw new Error(`reopened: ${JSON.stringify(reopened)}`);
  const texts = [...reopened.notes].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);
  return { staging: reopened.staging, notes: Object.fromEntries(texts) };
}

async function drained(staging: Staging, run = 1): Promise<StagedValue[]> {
  const values: StagedValue[] = [];
  for await (const item of staging.drain(run)) values.push({ ...item, bytes: Uint8Array.from(item.bytes) });
  return values;
}

async function drainedAll(staging: Staging): Promise<string[]> {
  const values: StagedValue[] = [];
  for (let run = 0; run < RUNS; run++) values.push(...(await drained(staging, run)));
  return sorted(values);
}

function sorted(values: readonly StagedValue[]): string[] {
  return values.map(({ run, index, bytes }) => `${run}.${index}=${bytes[0]}x${bytes.length}`).sort();
}
