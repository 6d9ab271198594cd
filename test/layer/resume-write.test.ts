import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { ConflictError, UnavailableError } from '../../src/errors/index.js';
import {
  reindexLayer,
  verifyLayer,
  type WriteOptions,
  type WriteResult,
  writeLayer,
} from '../../src/layer/index.js';
import { openStaging, reopenStaging } from '../../src/staging/index.js';
import { type ArraySource, type ArraySourceSpec, arraySource } from './array-source.js';
import { copyAtOneMoment, expectTidy, expectWhole, lifeOf, upperLevels } from './resume-lives.js';

let root: string;
let folders = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tilecurve-resume-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const newFolder = () => join(root, String(folders++));

const anyWrite = fc.record({
  dims: fc.constantFrom<ArraySourceSpec['dims'][]>(
    ['t', 'y', 'x'],
    ['y', 'x', 't'],
    ['member', 'z', 'y', 'x'],
    ['y', 'x'],
  ),
  sizes: fc.tuple(...[5, 3, 30, 34].map((max) => fc.integer({ min: Math.ceil(max / 2), max }))),
  chunks: fc.tuple(...[2, 2, 13, 17].map((max) => fc.integer({ min: 1, max }))),
  tile: fc.integer({ min: 3, max: 9 }),
  codec: fc.constantFrom<NonNullable<WriteOptions['codec']>>('raw', 'deflate'),
  levels: fc.constantFrom<'auto' | 1>('auto', 1),
});

type WriteSpec = typeof anyWrite extends fc.Arbitrary<infer T> ? T : never;

function sourceSpec({ dims, sizes, chunks }: WriteSpec): ArraySourceSpec {
  // Of t, z and member as many as there are; y and x have their own.
  const place = { t: 0, z: 0, member: 1, y: 2, x: 3 } as const;
  return {
    dims,
    shape: dims.map((dim) => sizes[place[dim]]!),
    chunkShape: dims.map((dim) => Math.min(chunks[place[dim]]!, sizes[place[dim]]!)),
    type: 'float64',
    noData: -99,
    valueAt: (i) => (i % 13 === 0 ? -99 : (i * 31) % 977),
  };
}

function optionsOf({ tile, codec, levels }: WriteSpec, stagingDirectory: string) {
  return {
    layer: 'a',
    tileShape: { t: 2, row: tile, col: tile },
    segmentBytes: 4096,
    checkpointMs: 0,
    codec,
    levels,
    stagingDirectory,
  } satisfies WriteOptions & { layer: string };
}

/** Writes with a kill at each of some moments, given as parts of all calls; what the last life made. */
async function writeInLives(
  spec: WriteSpec,
  moments: readonly number[],
  damage?: (directory: string) => Promise<void>,
): Promise<{ store: BlobStore; source: ArraySource; result: WriteResult; deaths: number }> {
  const array = sourceSpec(spec);
  const reference = lifeOf(
    { store: createMemoryStore(), source: arraySource(array) },
    { diesAt: Number.POSITIVE_INFINITY, onDeath: () => undefined },
  );
  await writeLayer(reference.store, reference.source, optionsOf(spec, newFolder()));
  const store = createMemoryStore();
  const source = arraySource(array);
  const directory = newFolder();
  // Where the staging is damaged nothing tells a layer that is there from one that was there before.
  const options = { ...optionsOf(spec, directory), ...(damage && { overwrite: true }) };
  let deaths = 0;
  for (const moment of moments) {
    const copy = newFolder();
    const life = lifeOf(
      { store, source },
      {
        diesAt: Math.ceil(moment * reference.calls()),
        onDeath: () => copyAtOneMoment(directory, copy),
      },
    );
    const result = await writeLayer(life.store, life.source, options).catch((error: unknown) => error);
    if (!life.isDead()) return { store, source, result: result as WriteResult, deaths };
    deaths += 1;
    await rm(directory, { recursive: true, force: true });
    if (!existsSync(copy)) continue;
    await rename(copy, directory);
    await damage?.(directory);
  }
  const result = await writeLayer(store, source, options);
  expect(existsSync(directory)).toBe(false);
  return { store, source, result, deaths };
}

const moments = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 });

describe('a write that is killed again and again', () => {
  it('reads every chunk once all the same, and makes the layer it would have made', async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(anyWrite, moments, async (spec, at) => {
        const written = await writeInLives(spec, at);
        deaths += written.deaths;
        const { store, source } = written;
        expect([...source.chunkReads.values()].every((reads) => reads === 1)).toBe(true);
        await expectWhole(store, 'a', source, sourceSpec(spec));
        await expectTidy(store, 'a');
        const whole = createMemoryStore();
        const { stagingDirectory, ...plain } = optionsOf(spec, '');
        await writeLayer(whole, arraySource(sourceSpec(spec)), plain);
        expect(await upperLevels(store, 'a')).toEqual(await upperLevels(whole, 'a'));
      }),
      { numRuns: 15 },
    );
    expect(deaths).toBeGreaterThan(12);
  });

  it('is never wrong when the log of what is staged is cut short, or a file of it damaged', async () => {
    await fc.assert(
      fc.asyncProperty(anyWrite, moments, fc.nat(), async (spec, at, seed) => {
        const { store, source } = await writeInLives(spec, at, (directory) => harm(directory, seed));
        await expectWhole(store, 'a', source, sourceSpec(spec));
      }),
      { numRuns: 12 },
    );
  });
});

/** Cuts the log, or flips a bit of any file. */
async function harm(directory: string, seed: number): Promise<void> {
  const files = (await readdir(directory)).filter((name) => !name.startsWith('L')).sort();
  const name = seed % 2 === 0 ? files.find((file) => file.endsWith('.log')) : files[seed % files.length];
  if (name === undefined) return;
  const path = join(directory, name);
  const bytes = await readFile(path);
  if (bytes.length === 0) return;
  const place = (seed >>> 3) % bytes.length;
  if (seed % 2 === 0) return truncate(path, place);
  bytes[place]! ^= 0x04;
  await writeFile(path, bytes);
}

const spec: WriteSpec = {
  dims: ['t', 'y', 'x'],
  sizes: [6, 1, 40, 50],
  chunks: [1, 1, 20, 25],
  tile: 8,
  codec: 'raw',
  levels: 'auto',
};

/** A write stopped by its signal once it reports progress the n-th time; false when it ended before. */
async function stopAfter(
  store: BlobStore,
  source: ArraySource,
  { steps, ...options }: WriteOptions & { layer: string; steps: number },
): Promise<boolean> {
  const stop = new AbortController();
  const reason = new Error('enough');
  let seen = 0;
  const outcome = await writeLayer(store, source, {
    ...options,
    signal: stop.signal,
    onProgress: () => {
      if (++seen === steps) stop.abort(reason);
    },
  }).catch((error: unknown) => error);
  if (outcome !== reason && outcome instanceof Error) throw outcome;
  return outcome === reason;
}

describe('a write that is stopped', () => {
  it('goes on where it stood, whatever it was doing, without checkpoints before', async () => {
    const phases = new Set<number>();
    for (const steps of [1, 2, 7, 12, 13, 40, 90, 115, 118, 130, 150, 165]) {
      const store = createMemoryStore();
      const source = arraySource(sourceSpec(spec));
      const options = { ...optionsOf(spec, newFolder()), checkpointMs: 1e9 };
      const wasStopped = await stopAfter(store, source, { ...options, steps });
      if (!wasStopped) continue;
      const before = source.chunkReads.size;
      const result = await writeLayer(store, source, options);
      expect(result.resumed?.cells).toBe(before * 20 * 25);
      phases.add(result.resumed!.segments);
      expect([...source.chunkReads.values()].every((reads) => reads === 1)).toBe(true);
      await expectWhole(store, 'a', source, sourceSpec(spec));
      await expectTidy(store, 'a');
    }
    expect(phases.size).toBeGreaterThan(3);
  });

  it('leaves the layer it would have replaced as it was', async () => {
    const store = createMemoryStore();
    const source = arraySource(sourceSpec(spec));
    const options = { ...optionsOf(spec, newFolder()), overwrite: true };
    const first = { ...sourceSpec(spec), valueAt: (i: number) => i };
    await writeLayer(store, arraySource(first), options);
    expect(await stopAfter(store, source, { ...options, steps: 30 })).toBe(true);
    expect(await verifyLayer(store, 'a')).toMatchObject({ snapshot: 1, faults: [] });
    await expectWhole(store, 'a', arraySource(first), first);
    const { manifest } = await writeLayer(store, source, options);
    expect(manifest.sequence).toBe(2);
  });

  it('keeps nothing when it has no directory to keep it in', async () => {
    const store = createMemoryStore();
    const { stagingDirectory, ...options } = optionsOf(spec, '');
    expect(await stopAfter(store, arraySource(sourceSpec(spec)), { ...options, steps: 100 })).toBe(true);
    expect(await segmentCount(store)).toBe(0);
  });
});

async function segmentCount(store: BlobStore): Promise<number> {
  let count = 0;
  for await (const { path } of store.list('')) if (path.endsWith('.seg')) count += 1;
  return count;
}

describe('what an earlier write left', () => {
  async function stopped(change: Partial<WriteOptions> = {}) {
    const store = createMemoryStore();
    const source = arraySource(sourceSpec(spec));
    const options = { ...optionsOf(spec, newFolder()), ...change };
    expect(await stopAfter(store, source, { ...options, steps: 100 })).toBe(true);
    expect(await segmentCount(store)).toBeGreaterThan(0);
    return { store, options };
  }

  async function expectAnew(
    { store, options }: Awaited<ReturnType<typeof stopped>>,
    source: ArraySource,
    array = sourceSpec(spec),
  ) {
    const result = await writeLayer(store, source, options);
    expect(result.resumed).toBeUndefined();
    expect(source.chunkReads.size).toBe(24);
    await expectWhole(store, 'a', source, array);
    await expectTidy(store, 'a');
    expect(existsSync(options.stagingDirectory)).toBe(false);
  }

  it('is not used for other options, and its segments are removed', async () => {
    const left = await stopped();
    const changed = { ...left, options: { ...left.options, codec: 'deflate' as const } };
    await expectAnew(changed, arraySource(sourceSpec(spec)));
  });

  it('is not used for a source that is not what it was', async () => {
    const array = { ...sourceSpec(spec), noData: -98 };
    await expectAnew(await stopped(), arraySource(array), array);
  });

  it('is not used when the source says that its data are others', async () => {
    const left = await stopped();
    const source = arraySource(sourceSpec(spec));
    await expectAnew(left, Object.assign(source, { fingerprint: async () => 'changed' }));
  });

  it('is not used when the write is told to begin anew', async () => {
    const left = await stopped();
    await expectAnew({ ...left, options: { ...left.options, isAnew: true } }, arraySource(sourceSpec(spec)));
  });

  it('is not used when the layer has changed meanwhile', async () => {
    const left = await stopped({ overwrite: true });
    const { stagingDirectory, ...options } = left.options;
    await writeLayer(left.store, arraySource(sourceSpec(spec)), options);
    const source = arraySource(sourceSpec(spec));
    const result = await writeLayer(left.store, source, left.options);
    expect(result.manifest.sequence).toBe(2);
    expect(result.resumed).toBeUndefined();
  });

  it('is used without the segments that are lost or damaged', async () => {
    for (const harmSegment of ['remove', 'cut', 'flip'] as const) {
      const { store, options } = await stopped();
      const paths: string[] = [];
      for await (const { path } of store.list('')) if (path.endsWith('.seg')) paths.push(path);
      const path = paths[Math.floor(paths.length / 2)]!;
      const bytes = Buffer.from(await store.get(path));
      if (harmSegment === 'flip') bytes[bytes.length - 5]! ^= 1;
      if (harmSegment === 'remove') await store.delete(path);
      else await store.put(path, [harmSegment === 'cut' ? bytes.subarray(0, 100) : bytes]);
      const source = arraySource(sourceSpec(spec));
      const result = await writeLayer(store, source, options);
      expect(result.resumed!.segments).toBeLessThan(paths.length);
      expect(source.chunkReads.size).toBe(0);
      await expectWhole(store, 'a', source, sourceSpec(spec));
    }
  });

  it('is taken back by a failure of the write that continues it', async () => {
    const { store, options } = await stopped();
    const full: BlobStore = {
      ...store,
      putIfAbsent: async () => {
        throw new UnavailableError('cannot write: disk full');
      },
    };
    await expect(writeLayer(full, arraySource(sourceSpec(spec)), options)).rejects.toThrow(UnavailableError);
    expect(await segmentCount(store)).toBe(0);
    expect(existsSync(options.stagingDirectory)).toBe(false);
  });

  it('is there for the next write, and nobody has it, when a store fails while it is removed', async () => {
    const left = await stopped();
    const options = { ...left.options, codec: 'deflate' as const };
    const failing: BlobStore = {
      ...left.store,
      delete: async () => {
        throw new UnavailableError('cannot delete');
      },
    };
    await expect(writeLayer(failing, arraySource(sourceSpec(spec)), options)).rejects.toThrow(
      'cannot delete',
    );
    await expectAnew({ ...left, options }, arraySource(sourceSpec(spec)));
  });

  it('is kept by a write that is refused before it begins', async () => {
    const { store, options } = await stopped();
    const wrong = { ...options, tileShape: { row: 0 } };
    await expect(writeLayer(store, arraySource(sourceSpec(spec)), wrong)).rejects.toThrow();
    const source = arraySource(sourceSpec(spec));
    expect((await writeLayer(store, source, options)).resumed).toBeDefined();
    expect(source.chunkReads.size).toBe(0);
  });
});

describe('a write that ends right after its commit', () => {
  it('is reported as done by the next one, once', async () => {
    const store = createMemoryStore();
    const source = arraySource(sourceSpec(spec));
    const directory = newFolder();
    const copy = newFolder();
    const options = optionsOf(spec, directory);
    const ending: BlobStore = {
      ...store,
      put: async (path, chunks, given) => {
        if (path.includes('/heads/')) copyAtOneMoment(directory, copy);
        return store.put(path, chunks, given);
      },
    };
    const first = await writeLayer(ending, source, options);
    await rename(copy, directory);
    const second = await writeLayer(store, source, options);
    expect(second.manifest.commitId).toBe(first.manifest.commitId);
    expect([second.tiles, second.segments, second.bytes]).toEqual([first.tiles, first.segments, first.bytes]);
    expect(existsSync(directory)).toBe(false);
    await expectWhole(store, 'a', source, sourceSpec(spec));
    await expect(writeLayer(store, source, options)).rejects.toThrow(ConflictError);
  });

  it('loses nothing when the next one is another', async () => {
    const store = createMemoryStore();
    const source = arraySource(sourceSpec(spec));
    const directory = newFolder();
    const copy = newFolder();
    const options = optionsOf(spec, directory);
    const ending: BlobStore = {
      ...store,
      put: async (path, chunks, given) => {
        if (path.includes('/heads/')) copyAtOneMoment(directory, copy);
        return store.put(path, chunks, given);
      },
    };
    await writeLayer(ending, source, options);
    await rename(copy, directory);
    await writeLayer(store, source, { ...options, layer: 'b' });
    await expectWhole(store, 'a', source, sourceSpec(spec));
  });
});

describe('two writers of one layer', () => {
  it('do not share a staging directory: the second is told whose it is, and harms nothing', async () => {
    const store = createMemoryStore();
    const source = arraySource(sourceSpec(spec));
    const options = optionsOf(spec, newFolder());
    let refused: unknown;
    const first: ArraySource = {
      ...source,
      read: async (parameter, window, signal) => {
        if (source.chunkReads.size === 8 && refused === undefined) {
          const second = arraySource(sourceSpec(spec));
          refused = await writeLayer(store, second, options).catch((error: unknown) => error);
          expect(second.chunkReads.size).toBe(0);
        }
        return source.read(parameter, window, signal);
      },
    };
    await writeLayer(store, first, options);
    expect(refused).toBeInstanceOf(ConflictError);
    expect(refused).toMatchObject({ fields: { path: options.stagingDirectory } });
    expect([...source.chunkReads.values()].every((reads) => reads === 1)).toBe(true);
    await expectWhole(store, 'a', source, sourceSpec(spec));
  });
});

describe('a reindexing that is stopped', () => {
  it('goes on where it stood', async () => {
    const store = createMemoryStore();
    const source = arraySource(sourceSpec(spec));
    const { stagingDirectory, checkpointMs, ...options } = optionsOf(spec, '');
    await writeLayer(store, source, options);
    const directory = newFolder();
    const stop = new AbortController();
    let seen = 0;
    const reindex = (signal?: AbortSignal) =>
      reindexLayer(store, 'a', {
        curve: 'zorder',
        stagingDirectory: directory,
        ...(signal && { signal }),
        onProgress: () => {
          if (++seen === 60) stop.abort(new Error('enough'));
        },
      });
    await expect(reindex(stop.signal)).rejects.toThrow('enough');
    const { resumed, manifest } = await reindex();
    expect(resumed!.cells).toBeGreaterThan(0);
    expect(manifest).toMatchObject({ sequence: 2, keyIndex: { curve: { name: 'zorder' } } });
    expect(existsSync(directory)).toBe(false);
    await expectWhole(store, 'a', source, sourceSpec(spec));
  });
});

describe('a staging directory of another kind', () => {
  it('is emptied when nothing in it is of a write', async () => {
    const directory = newFolder();
    const staging = openStaging({ directory, memoryBytes: 0 });
    await staging.put({ run: 0, index: 0, order: [0, 0], bytes: Uint8Array.of(1) });
    await staging.checkpoint(new Map());
    await staging.close();
    const store = createMemoryStore();
    const source = arraySource(sourceSpec(spec));
    const result = await writeLayer(store, source, { ...optionsOf(spec, directory), checkpointMs: 1e9 });
    expect(result.resumed).toBeUndefined();
    expect(await reopenStaging({ directory, memoryBytes: 0 })).toEqual({ kind: 'none' });
    await expectWhole(store, 'a', source, sourceSpec(spec));
  });
});
