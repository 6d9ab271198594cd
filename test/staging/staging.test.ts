import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ConflictError,
  CorruptionError,
  InvalidArgumentError,
  UnavailableError,
} from '../../src/errors/index.js';
import { openStaging, reopenStaging, type StagedValue, type Staging } from '../../src/staging/index.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tilecurve-staging-test-'));
});
afterEach(() => rm(root, { recursive: true }));

const small = fc.nat(3);
const value = fc.record({
  run: fc.oneof(small, fc.constantFrom(255, 256, 2 ** 32 - 1)),
  index: fc.oneof(small, fc.maxSafeNat(), fc.constantFrom(2 ** 32 - 1, 2 ** 32)),
  order: fc.tuple(fc.oneof(small, fc.constant(2 ** 32 - 1)), small),
  bytes: fc.uint8Array({ maxLength: 40 }),
});

describe('staging', () => {
  it('drains each run sorted, the last of equal places only, from memory and from disk', async () => {
    let name = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { maxLength: 60 }),
        fc.constantFrom(0, 500, 5000, 1e9),
        async (values, memoryBytes) => {
          const staging = openStaging({ directory: join(root, `${name++}`), memoryBytes });
          try {
            for (const item of values) await staging.put(item);
            for (const run of new Set([...values.map((item) => item.run), 7])) {
              expect(await drained(staging, run)).toEqual(sortedRun(values, run));
            }
          } finally {
            await staging.destroy();
          }
        },
      ),
      { seed: 5, numRuns: 35 },
    );
    expect(await readdir(root)).toEqual([]);
  });

  it('keeps all of many values put at once, past several batches', async () => {
    const staging = openStaging({ directory: join(root, 's'), memoryBytes: 300_000 });
    const values = Array.from({ length: 3000 }, (_, i): StagedValue => at((i * 7919) % 3000, i % 256, 1500));
    await Promise.all(values.map((item) => staging.put(item)));
    expect(staging.memoryBytes).toBeLessThan(400_000);
    const found = await drained(staging, 1);
    expect(found.map((item) => item.index)).toEqual(values.map((_, i) => i));
    expect(fingerprints(found)).toEqual(fingerprints(sortedRun(values, 1)));
    await staging.destroy();
  });

  it('does not touch the disk while memory lasts', async () => {
    const staging = openStaging({ directory: join(root, 's'), memoryBytes: 10_000 });
    await staging.put(at(1, 1, 100));
    expect(staging.memoryBytes).toBeGreaterThan(100);
    expect(await drained(staging, 1)).toHaveLength(1);
    expect(await readdir(root)).toEqual([]);
    await staging.put(at(2, 1, 10_000));
    expect(await readdir(root)).toEqual(['s']);
    expect(staging.memoryBytes).toBe(0);
    await staging.destroy();
    expect(await readdir(root)).toEqual([]);
  });

  it('takes a directory of its own where none is given', async () => {
    const staging = openStaging({ memoryBytes: 0 });
    await staging.put(at(5, 1, 10));
    expect(await drained(staging, 1)).toEqual([at(5, 1, 10)]);
    await staging.destroy();
  });

  it('notices bytes that change after they were put', async () => {
    const staging = openStaging({ memoryBytes: 1e6 });
    const item = at(5, 1, 10);
    await staging.put(item);
    item.bytes.fill(9);
    await expect(drained(staging, 1)).rejects.toThrow(CorruptionError);
  });

  it('keeps values longer than a portion that is written or read at once', async () => {
    const staging = openStaging({ directory: join(root, 's'), memoryBytes: 0 });
    const values = [3_000_000, 10, 1_048_572, 1_048_573, 500, 1_048_576].map((length, i) => at(i, i, length));
    for (const item of values) await staging.put(item);
    expect(fingerprints(await drained(staging, 1))).toEqual(fingerprints(values));
    await staging.destroy();
    expect(await readdir(root)).toEqual([]);
  });

  it('can be drained twice, in part, and while more is put', async () => {
    const staging = openStaging({ directory: join(root, 's'), memoryBytes: 0 });
    for (let i = 0; i < 20; i++) await staging.put(at(i, i, 5));
    for await (const item of staging.drain(1)) {
      if (item.index === 5) break;
      await staging.put(at(100 + item.index, 0, 5));
    }
    expect(await drained(staging, 1)).toHaveLength(25);
    await staging.destroy();
  });

  it.each<Partial<StagedValue>>([
    { run: -1 },
    { run: 2 ** 32 },
    { index: 0.5 },
    { index: 2 ** 53 },
    { order: [0, 2 ** 32] },
    { order: [Number.NaN, 0] },
  ])('refuses a place that is no place: %j', async (wrong) => {
    const staging = openStaging({ memoryBytes: 1e6 });
    await expect(staging.put({ ...at(1, 1, 1), ...wrong })).rejects.toThrow(InvalidArgumentError);
    if (wrong.run !== undefined) {
      await expect(drained(staging, wrong.run)).rejects.toThrow(InvalidArgumentError);
    }
  });

  it('throws the reason of an abort untouched', async () => {
    const reason = new Error('enough');
    for (const memoryBytes of [0, 1e6]) {
      const staging = openStaging({ directory: join(root, 's'), memoryBytes });
      await staging.put(at(1, 1, 1));
      await staging.put(at(2, 1, 1));
      const signal = AbortSignal.abort(reason);
      expect(await staging.put(at(3, 1, 1), signal).catch((error: unknown) => error)).toBe(reason);
      expect(await drained(staging, 1, signal).catch((error: unknown) => error)).toBe(reason);
      const abort = new AbortController();
      const draining = staging.drain(1, abort.signal)[Symbol.asyncIterator]();
      await draining.next();
      abort.abort(reason);
      expect(await draining.next().catch((error: unknown) => error)).toBe(reason);
      expect(await drained(staging, 1)).toHaveLength(2);
      await staging.destroy();
    }
  });

  it('is of no use after it was destroyed', async () => {
    const staging = openStaging({ directory: join(root, 's'), memoryBytes: 0 });
    await staging.put(at(1, 1, 1));
    await staging.destroy();
    await staging.destroy();
    await expect(staging.put(at(1, 1, 1))).rejects.toThrow(InvalidArgumentError);
    await expect(drained(staging, 1)).rejects.toThrow(InvalidArgumentError);
  });
});

describe('the directory of a staging', () => {
  it('is refused to a second staging while the first lives', async () => {
    const directory = join(root, 's');
    const first = openStaging({ directory, memoryBytes: 0 });
    await first.put(at(1, 1, 1));
    const second = openStaging({ directory, memoryBytes: 0 });
    await expect(second.put(at(1, 2, 1))).rejects.toThrow(ConflictError);
    await expect(drained(second, 1)).rejects.toThrow(ConflictError);
    await second.destroy();
    expect(await drained(first, 1)).toEqual([at(1, 1, 1)]);
    await first.destroy();
  });

  it('is refused while another process has it, and taken over once that was killed', async () => {
    const directory = join(root, 's');
    const script = `import { ClassicLevel } from 'classic-level';
      const db = new ClassicLevel(process.argv[1]);
      await db.put('left', 'behind');
      console.log('ready');
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(owner.stdout, 'data');
      const refused = openStaging({ directory, memoryBytes: 0 });
      await expect(refused.put(at(1, 1, 1))).rejects.toThrow(ConflictError);
      await refused.destroy();
    } finally {
      owner.kill('SIGKILL');
      await once(owner, 'exit');
    }
    expect(await readdir(directory)).toContain('CURRENT');
    const staging = openStaging({ directory, memoryBytes: 0 });
    await staging.put(at(1, 1, 1));
    expect(await drained(staging, 1)).toEqual([at(1, 1, 1)]);
    await staging.destroy();
    expect(await readdir(root)).toEqual([]);
  });

  it('is emptied of what an owner that ended without closing left', async () => {
    const directory = join(root, 's');
    // LevelDB's own files, damaged as a crash may leave them; only their names count.
    await mkdir(directory);
    for (const name of [
      'CURRENT',
      'LOCK',
      'LOG',
      'MANIFEST-000002',
      '000003.log',
      '000005.ldb',
      '0123456789abcdef.values',
    ]) {
      await writeFile(join(directory, name), 'torn');
    }
    const staging = openStaging({ directory, memoryBytes: 0 });
    await staging.put(at(1, 1, 1));
    expect(await drained(staging, 1)).toEqual([at(1, 1, 1)]);
    await staging.destroy();
    expect(await readdir(root)).toEqual([]);
  });

  it('is not taken when it holds anything else', async () => {
    for (const name of ['CURRENT', 'layer.json']) await writeFile(join(root, name), 'precious');
    const staging = openStaging({ directory: root, memoryBytes: 0 });
    await expect(staging.put(at(1, 1, 1))).rejects.toThrow(InvalidArgumentError);
    await staging.destroy();
    expect((await readdir(root)).sort()).toEqual(['CURRENT', 'layer.json']);
  });

  it('is named when it cannot be made', async () => {
    await writeFile(join(root, 'file'), 'x');
    const directory = join(root, 'file', 's');
    const staging = openStaging({ directory, memoryBytes: 0 });
    const failure = await staging.put(at(1, 1, 1)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure).toMatchObject({ fields: { path: directory } });
    await expect(staging.put(at(1, 1, 1))).rejects.toThrow(UnavailableError);
    await staging.destroy();
  });
});

// Enough keys to fill LevelDB's write buffer (1 MiB) several times: it waits for the first table before it needs the
// second, so that the first keys are then read from a finished table and no longer from memory.
const SEVERAL_TABLES = 30_000;

async function filled(directory: string): Promise<{ staging: Staging; values: StagedValue[] }> {
  // Put at once: each alone would wait for the disk.
  const staging = openStaging({ directory, memoryBytes: 1e6 });
  const values = Array.from({ length: SEVERAL_TABLES }, (_, i) => at(i, i % 251, 20));
  await Promise.all(values.map((item) => staging.put(item)));
  return { staging, values };
}

describe('damage below a staging', () => {
  it.each(['.ldb', '.values'])(
    'is an error at whatever byte of a file *%s it strikes, never wrong or missing values',
    async (suffix) => {
      const directory = join(root, 's');
      const { staging, values } = await filled(directory);
      expect(fingerprints(await drained(staging, 1))).toEqual(fingerprints(values));
      const name = (await readdir(directory)).filter((one) => one.endsWith(suffix)).sort()[0]!;
      const file = await open(join(directory, name), 'r+');
      const { size } = await file.stat();
      let caught = 0;
      for (let step = 0; step < 20; step++) {
        const position = Math.floor((size * step) / 20) + (step % 7);
        await flipBit(file, position);
        const outcome = await drained(staging, 1).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(CorruptionError);
          expect(outcome).toMatchObject({ fields: { path: expect.stringContaining(directory) } });
          caught += 1;
        } else {
          expect(fingerprints(outcome as StagedValue[])).toEqual(fingerprints(values));
        }
        await flipBit(file, position);
      }
      expect(caught).toBeGreaterThan(10);
      await file.close();
      await staging.destroy();
    },
  );
});

describe('a lost value', () => {
  it('is an error even where LevelDB itself ends the run early and sees nothing wrong', async () => {
    const directory = join(root, 's');
    const { staging } = await filled(directory);
    // The first key of a table's block, moved to a later run: what follows it is out of bounds.
    let moved = 0;
    for (const name of (await readdir(directory)).filter((one) => one.endsWith('.ldb')).sort()) {
      const bytes = await readFile(join(directory, name));
      // No prefix is shared there: it is whole.
      const start = bytes.indexOf(Buffer.from('0100000001', 'hex'));
      if (start === -1 || moved > 0) continue;
      const file = await open(join(directory, name), 'r+');
      await flipBit(file, start + 3);
      await file.close();
      moved += 1;
    }
    expect(moved).toBe(1);
    await expect(drained(staging, 1)).rejects.toThrow(CorruptionError);
    await staging.destroy();
  });

  it('is an error when its file is gone or cut short', async () => {
    for (const harm of [(path: string) => rm(path), (path: string) => truncate(path, 10)]) {
      const directory = join(root, 's');
      const staging = openStaging({ directory, memoryBytes: 0 });
      for (let i = 0; i < 5; i++) await staging.put(at(i, i, 20));
      await staging.checkpoint(new Map());
      await staging.close();
      for (const name of await readdir(directory))
        if (name.endsWith('.values')) await harm(join(directory, name));
      const left = await reopenStaging({ directory, memoryBytes: 0 });
      if (left.kind !== 'found') throw new Error(left.kind);
      const failure = await drained(left.staging, 1).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(CorruptionError);
      expect(failure).toMatchObject({ fields: { path: expect.stringMatching(/\.values$/) } });
      await left.staging.destroy();
      expect(await readdir(root)).toEqual([]);
    }
  });
});

function at(index: number, fill: number, length: number): StagedValue {
  return { run: 1, index, order: [0, 0], bytes: new Uint8Array(length).fill(fill) };
}

async function drained(staging: Staging, run: number, signal?: AbortSignal): Promise<StagedValue[]> {
  const found: StagedValue[] = [];
  for await (const item of staging.drain(run, signal)) {
    found.push({ ...item, bytes: Uint8Array.from(item.bytes) });
  }
  return found;
}

// Comparing long arrays element by element takes vitest minutes.
function fingerprints(values: readonly StagedValue[]): string[] {
  return values.map(({ run, index, order, bytes }) => {
    return `${run} ${index} ${order} ${bytes.length} ${createHash('sha1').update(bytes).digest('hex')}`;
  });
}

function sortedRun(values: readonly StagedValue[], run: number): StagedValue[] {
  const places = new Map<string, StagedValue>();
  for (const item of values) {
    if (item.run === run) places.set([item.index, ...item.order].join(), item);
  }
  return [...places.values()].sort(
    (a, b) => a.index - b.index || a.order[0] - b.order[0] || a.order[1] - b.order[1],
  );
}

async function flipBit(file: Awaited<ReturnType<typeof open>>, position: number): Promise<void> {
  const byte = new Uint8Array(1);
  await file.read(byte, 0, 1, position);
  byte[0]! ^= 0x10;
  await file.write(byte, 0, 1, position);
}
