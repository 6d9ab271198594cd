import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import {
  ConflictError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from '../../src/errors/index.js';
import {
  eraseCells,
  LayerReader,
  type MergeMode,
  mergeModes,
  updateLayer,
  verifyLayer,
  writeLayer,
} from '../../src/layer/index.js';
import { arraySource } from './array-source.js';

const noData = -9999;
const HOUR_MS = 3_600_000;

interface Box {
  readonly start: readonly [t: number, y: number, x: number];
  readonly size: readonly [t: number, y: number, x: number];
}

/** A layer as a dense array, updated cell by cell: what the real one must agree with. */
class Model {
  cells: (number | null)[];
  size: readonly [number, number, number];

  constructor(size: readonly [number, number, number], valueAt: (i: number) => number | null) {
    this.size = size;
    this.cells = Array.from({ length: size[0] * size[1] * size[2] }, (_, i) => valueAt(i));
  }

  grow(size: readonly [number, number, number]): void {
    const next = [0, 1, 2].map((d) => Math.max(size[d]!, this.size[d]!)) as [number, number, number];
    const grown = new Model(next, () => null);
    this.forEach((at, value) => {
      grown.set(at, value);
    });
    this.cells = grown.cells;
    this.size = next;
  }

  index([t, y, x]: readonly number[]): number {
    return (t! * this.size[1] + y!) * this.size[2] + x!;
  }

  set(at: readonly number[], value: number | null): void {
    this.cells[this.index(at)] = value;
  }

  forEach(visit: (at: readonly number[], value: number | null) => void): void {
    for (let t = 0; t < this.size[0]; t++) {
      for (let y = 0; y < this.size[1]; y++) {
        for (let x = 0; x < this.size[2]; x++) visit([t, y, x], this.cells[this.index([t, y, x])]!);
      }
    }
  }

  merge({ start, size }: Box, mode: MergeMode, valueAt: (i: number) => number | null): void {
    this.grow([0, 1, 2].map((d) => start[d]! + size[d]!) as [number, number, number]);
    let i = 0;
    for (let t = 0; t < size[0]; t++) {
      for (let y = 0; y < size[1]; y++) {
        for (let x = 0; x < size[2]; x++) {
          const at = [start[0] + t, start[1] + y, start[2] + x];
          this.set(at, combine(this.cells[this.index(at)]!, valueAt(i++), mode));
        }
      }
    }
  }
}

function combine(old: number | null, update: number | null, mode: MergeMode): number | null {
  if (update === null) return old;
  if (old === null) return update;
  switch (mode) {
    case 'replace':
      return update;
    case 'keep':
      return old;
    case 'min':
      return Math.min(old, update);
    case 'max':
      return Math.max(old, update);
    case 'sum':
      return old + update;
    case 'mean':
      return (old + update) / 2;
    default:
      return mode satisfies never;
  }
}

function sourceAt({ start, size }: Box, valueAt: (i: number) => number | null) {
  const source = arraySource({
    dims: ['t', 'y', 'x'],
    shape: size,
    chunkShape: [1, Math.min(5, size[1]), Math.min(6, size[2])],
    type: 'float64',
    noData,
    valueAt: (i) => valueAt(i) ?? noData,
  });
  const { x, y, t } = source.grid;
  const axis = (start: number, step: number, count: number) =>
    ({ kind: 'regular', start, step, count }) as const;
  return {
    ...source,
    grid: {
      ...source.grid,
      x: { ...x, coordinates: axis(-20 + 0.5 * start[2], 0.5, size[2]) },
      y: { ...y, coordinates: axis(40 - 0.5 * start[1], -0.5, size[1]) },
      t: { ...t!, coordinates: axis(HOUR_MS * start[0], HOUR_MS, size[0]) },
    },
  };
}

const anyBox = (limit: readonly [number, number, number]): fc.Arbitrary<Box> =>
  fc
    .tuple(...limit.map((max) => fc.tuple(fc.nat({ max: max - 1 }), fc.integer({ min: 1, max }))))
    .map((pairs) => ({
      start: pairs.map(([start]) => start) as unknown as Box['start'],
      size: pairs.map(([start, size], d) => Math.min(size, limit[d]! + 3 - start)) as unknown as Box['size'],
    }));

const anyValues = fc
  .integer({ min: 2, max: 7 })
  .chain((gap) =>
    fc
      .nat({ max: 50 })
      .map((shift) => (i: number) => ((i + shift) % gap === 0 ? null : (i * 13 + shift) % 29)),
  );

async function allCells(store: BlobStore): Promise<{ shape: readonly number[]; cells: (number | null)[] }> {
  const reader = await LayerReader.open(store, 'a');
  const plan = reader.plan({ parameter: 'p' });
  const values = await reader.read(plan);
  return {
    shape: plan.shape.filter((_, d) => plan.dims[d] !== 'z'),
    cells: Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
  };
}

describe('updateLayer', () => {
  it('agrees with a dense array for every merge mode, growth, holes and shared indexes', async () => {
    const size = [4, 13, 17] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          tile: fc.tuple(...[3, 6, 7].map((max) => fc.integer({ min: 1, max }))),
          resolution: fc.option(fc.constantFrom('PT2H', 'PT5H')),
          curve: fc.constantFrom('hilbert', 'zorder', 'rowmajor'),
          segmentBytes: fc.constantFrom(4096, 1 << 20),
          levels: fc.constantFrom<'auto' | 1>('auto', 1),
          first: anyValues,
          updates: fc.array(
            fc.record({ box: anyBox(size), mode: fc.constantFrom(...mergeModes), values: anyValues }),
            { minLength: 1, maxLength: 4 },
          ),
        }),
        async ({ tile, resolution, curve, segmentBytes, levels, first, updates }) => {
          const store = createMemoryStore();
          const whole: Box = { start: [0, 0, 0], size };
          const model = new Model(size, first);
          await writeLayer(store, sourceAt(whole, first), {
            layer: 'a',
            tileShape: { t: tile[0]!, row: tile[1]!, col: tile[2]! },
            curve,
            segmentBytes,
            levels,
            ...(resolution && { temporalResolution: resolution }),
          });
          for (const { box, mode, values } of updates) {
            model.merge(box, mode, values);
            const before = (await LayerReader.open(store, 'a')).manifest;
            const result = await updateLayer(store, sourceAt(box, values), {
              layer: 'a',
              merge: mode,
              segmentBytes,
            });
            const listed = (manifest: typeof before) =>
              new Map(manifest.runs.flatMap(({ segments }) => segments.map((s) => [s.sha, s.sizeBytes])));
            const [old, now] = [listed(before), listed(result.manifest)];
            const gone = [...old].filter(([sha]) => !now.has(sha));
            expect(result.segmentsReplaced).toBe(gone.length);
            expect(result.bytesReplaced).toBe(gone.reduce((sum, [, bytes]) => sum + bytes, 0));
            expect(result.segmentsWritten).toBe([...now].filter(([sha]) => !old.has(sha)).length);
            const found = await allCells(store);
            expect(found.shape).toEqual(model.size);
            expect(found.cells).toEqual(model.cells);
          }
          expect((await verifyLayer(store, 'a')).faults).toEqual([]);
          await expectFreshLevels(store, model, { levels, tile });
          const valid = model.cells.filter((value) => value !== null);
          const { statistics } = (await LayerReader.open(store, 'a')).manifest;
          expect(statistics.p?.valid ?? 0).toBe(valid.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('rewrites only the segments that hold a changed tile', async () => {
    const store = createMemoryStore();
    const size = [1, 64, 64] as const;
    const source = sourceAt({ start: [0, 0, 0], size }, (i) => Math.sin(i));
    const options = { tileShape: { row: 8, col: 8 }, segmentBytes: 8192, codec: 'raw', levels: 1 } as const;
    await writeLayer(store, source, { layer: 'a', ...options });
    const update = sourceAt({ start: [0, 20, 20], size: [1, 2, 2] }, () => 5);
    const result = await updateLayer(store, update, { layer: 'a', segmentBytes: 8192 });
    expect(result.tiles).toBe(1);
    expect(result.segmentsReplaced).toBe(1);
    expect(result.segmentsWritten).toBe(1);
  });

  it('refuses what does not fit, by name, and changes nothing', async () => {
    const store = createMemoryStore();
    const whole: Box = { start: [0, 0, 0], size: [2, 8, 8] };
    await writeLayer(
      store,
      sourceAt(whole, () => 1),
      { layer: 'a' },
    );
    const good = sourceAt(whole, () => 2);
    const [parameter] = good.parameters;
    const { grid } = good;
    const shifted = {
      ...grid.x,
      coordinates: { kind: 'regular', start: -19.8, step: 0.5, count: 8 },
    } as const;
    const before = { ...grid.x, coordinates: { kind: 'regular', start: -21, step: 0.5, count: 8 } } as const;
    const between = { ...grid.t!, coordinates: { kind: 'explicit', values: [0, 1000] } } as const;
    const bad = [
      { ...good, parameters: [{ ...parameter!, unit: 'mm' }] },
      { ...good, parameters: [{ ...parameter!, type: 'float32' as const }] },
      { ...good, parameters: [{ ...parameter!, scale: 2 }] },
      { ...good, parameters: [{ ...parameter!, id: 'q' }] },
      { ...good, grid: { ...grid, crs: { id: 'EPSG:3857', kind: 'projected' as const } } },
      { ...good, grid: { ...grid, x: shifted } },
      { ...good, grid: { ...grid, x: before } },
      { ...good, grid: { ...grid, t: between } },
      { ...good, grid: { ...grid, t: { ...grid.t!, calendar: 'noleap' as const } } },
    ];
    for (const source of bad) {
      await expect(updateLayer(store, source, { layer: 'a' })).rejects.toThrow(InvalidArgumentError);
    }
    expect((await LayerReader.open(store, 'a')).manifest.sequence).toBe(1);
  });

  it('refuses a sum or mean that would read as no data', async () => {
    const one: Box = { start: [0, 0, 0], size: [1, 1, 2] };
    // A float cell of the layer and one of the update were lost: their sum was the number that says "no data".
    for (const [mode, first, second] of [
      ['sum', -10_000, 1],
      ['mean', -9998, -10_000],
    ] as const) {
      const store = createMemoryStore();
      await writeLayer(
        store,
        sourceAt(one, () => first),
        { layer: 'a' },
      );
      const update = sourceAt(one, () => second);
      await expect(updateLayer(store, update, { layer: 'a', merge: mode })).rejects.toThrow(UnsupportedError);
      expect((await allCells(store)).cells).toEqual([first, first]);
    }
  });

  it('lands every one of many writers that change different tiles', async () => {
    const store = createMemoryStore();
    const whole: Box = { start: [0, 0, 0], size: [1, 32, 32] };
    await writeLayer(
      store,
      sourceAt(whole, () => 0),
      { layer: 'a', tileShape: { row: 8, col: 8 } },
    );
    const boxes = Array.from(
      { length: 8 },
      (_, i): Box => ({
        start: [0, 8 * (i >> 1), 16 * (i & 1)],
        size: [1, 8, 8],
      }),
    );
    await Promise.all(
      boxes.map((box, i) =>
        updateLayer(
          store,
          sourceAt(box, () => i + 1),
          { layer: 'a' },
        ),
      ),
    );
    const model = new Model([1, 32, 32], () => 0);
    for (const [i, box] of boxes.entries()) model.merge(box, 'replace', () => i + 1);
    expect((await allCells(store)).cells).toEqual(model.cells);
    expect((await LayerReader.open(store, 'a')).manifest.sequence).toBe(9);
    expect((await verifyLayer(store, 'a')).unlisted.length).toBeGreaterThan(0);
  });

  // A writer that lost fifty races was told of a conflict, over tiles that nobody else had changed.
  it('lands however often writers of other tiles come first', async () => {
    const store = createMemoryStore();
    const [mine, others]: Box[] = [
      { start: [0, 0, 0], size: [1, 8, 8] },
      { start: [0, 8, 8], size: [1, 8, 8] },
    ];
    await writeLayer(
      store,
      sourceAt({ start: [0, 0, 0], size: [1, 16, 16] }, () => 0),
      { layer: 'a', tileShape: { row: 8, col: 8 } },
    );
    let toCome = 60;
    const crowded: BlobStore = {
      ...store,
      putIfAbsent: async (path, ...args) => {
        if (path.includes('/manifests/') && toCome > 0) {
          const value = toCome--;
          const source = sourceAt(others!, () => value);
          await updateLayer(store, source, { layer: 'a' });
        }
        return store.putIfAbsent(path, ...args);
      },
    };
    const source = sourceAt(mine!, () => 7);
    expect((await updateLayer(crowded, source, { layer: 'a' })).attempts).toBe(61);
    const model = new Model([1, 16, 16], () => 0);
    model.merge(mine!, 'replace', () => 7);
    model.merge(others!, 'replace', () => 1);
    expect((await allCells(store)).cells).toEqual(model.cells);
  });

  it('lands writers of the same tiles one after the other or tells them of the conflict', async () => {
    const store = createMemoryStore();
    const whole: Box = { start: [0, 0, 0], size: [1, 16, 16] };
    await writeLayer(
      store,
      sourceAt(whole, () => 0),
      { layer: 'a', tileShape: { row: 8, col: 8 } },
    );
    const results = await Promise.allSettled(
      [1, 2, 3, 4].map((value) =>
        updateLayer(
          store,
          sourceAt(whole, () => value),
          { layer: 'a' },
        ),
      ),
    );
    const landed = results.filter(({ status }) => status === 'fulfilled');
    expect(landed.length).toBeGreaterThan(0);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ConflictError);
    }
    const { cells } = await allCells(store);
    expect(new Set(cells).size).toBe(1);
    expect((await verifyLayer(store, 'a')).faults).toEqual([]);
  });

  it('shows readers whole snapshots only, however many updates run meanwhile', async () => {
    const store = createMemoryStore();
    const whole: Box = { start: [0, 0, 0], size: [2, 24, 24] };
    const options = { layer: 'a', tileShape: { t: 1, row: 8, col: 8 }, segmentBytes: 4096 } as const;
    await writeLayer(
      store,
      sourceAt(whole, () => 1),
      options,
    );
    let isDone = false;
    let reads = 0;
    const readAll = async () => {
      while (!isDone) {
        const reader = await LayerReader.open(store, 'a');
        for (let level = 0; level < reader.manifest.levels; level++) {
          const values = await reader.read(reader.plan({ parameter: 'p', level }));
          const expected = reader.manifest.sequence;
          expect(values.findIndex((value) => Math.abs(value - expected) > 1e-9)).toBe(-1);
        }
        await reader.close();
        reads++;
      }
    };
    const readers = [readAll(), readAll(), readAll()];
    try {
      for (let version = 2; version <= 25; version++) {
        await updateLayer(
          store,
          sourceAt(whole, () => version),
          { layer: 'a', segmentBytes: 4096 },
        );
      }
    } finally {
      isDone = true;
    }
    await Promise.all(readers);
    expect(reads).toBeGreaterThan(3);
  });

  it('names a layer that cannot grow further', async () => {
    const store = createMemoryStore();
    const one: Box = { start: [0, 0, 0], size: [1, 1, 1] };
    await writeLayer(
      store,
      sourceAt(one, () => 1),
      {
        layer: 'a',
        curve: 'rowmajor',
        tileShape: { t: 1, row: 1, col: 1 },
      },
    );
    const far: Box = { start: [0, 0, 0], size: [1, 1, 100] };
    await expect(
      updateLayer(
        store,
        sourceAt(far, () => 2),
        { layer: 'a' },
      ),
    ).rejects.toThrow(InvalidArgumentError);
  });
});

describe('eraseCells', () => {
  it('leaves no data in a box, drops empty tiles, and keeps the rest', async () => {
    const store = createMemoryStore();
    const size = [3, 16, 16] as const;
    const valueAt = (i: number) => i;
    await writeLayer(store, sourceAt({ start: [0, 0, 0], size }, valueAt), {
      layer: 'a',
      tileShape: { t: 1, row: 8, col: 8 },
    });
    const result = await eraseCells(
      store,
      { t: [{ start: 1, end: 2 }], x: [{ start: 0, end: 10 }], y: [{ start: 0, end: 8 }] },
      { layer: 'a' },
    );
    expect(result.manifest.operation).toBe('erase');
    const model = new Model(size, valueAt);
    for (let y = 0; y < 8; y++) for (let x = 0; x < 10; x++) model.set([1, y, x], null);
    expect((await allCells(store)).cells).toEqual(model.cells);
    const reader = await LayerReader.open(store, 'a');
    const key = { level: 0, parameter: 'p', col: 0, row: 0, t: 1, z: 0, custom: [] };
    expect((await reader.get(key)).kind).toBe('hole');
    expect((await reader.get({ ...key, col: 1 })).kind).toBe('found');
    expect((await verifyLayer(store, 'a')).faults).toEqual([]);
  });
});

describe('eraseCells, asked for what the layer does not have', () => {
  const whole: Box = { start: [0, 0, 0], size: [2, 8, 8] };
  const write = async () => {
    const store = createMemoryStore();
    await writeLayer(
      store,
      sourceAt(whole, (i) => i),
      { layer: 'a' },
    );
    return store;
  };

  it('refuses cells behind the end of an axis', async () => {
    const store = await write();
    // The axis grew by the cells that were to be erased.
    for (const x of [[{ start: 7, end: 10 }], [{ start: 9, end: 10 }], [{ start: -1, end: 2 }], []]) {
      await expect(eraseCells(store, { x }, { layer: 'a' })).rejects.toThrow(InvalidArgumentError);
    }
    expect((await allCells(store)).shape).toEqual([2, 8, 8]);
    expect((await LayerReader.open(store, 'a')).manifest.sequence).toBe(1);
  });

  it('refuses an unknown parameter', async () => {
    const store = await write();
    await expect(eraseCells(store, { parameters: ['p', 'q'] }, { layer: 'a' })).rejects.toThrow(
      NotFoundError,
    );
  });
});

/** The levels must be those of a layer written whole with the same cells. */
async function expectFreshLevels(
  store: BlobStore,
  model: Model,
  { levels, tile }: { levels: 'auto' | 1; tile: readonly number[] },
): Promise<void> {
  const fresh = createMemoryStore();
  const source = sourceAt({ start: [0, 0, 0], size: model.size }, (i) => model.cells[i]!);
  const tileShape = { t: tile[0]!, row: tile[1]!, col: tile[2]! };
  await writeLayer(fresh, source, { layer: 'a', levels, tileShape });
  const [a, b] = [await LayerReader.open(store, 'a'), await LayerReader.open(fresh, 'a')];
  expect(a.manifest.levels).toBe(b.manifest.levels);
  for (let level = 1; level < a.manifest.levels; level++) {
    const query = { parameter: 'p', level };
    const [found, expected] = [await a.read(a.plan(query)), await b.read(b.plan(query))];
    expect(found).toEqual(expected);
  }
}

describe('an update with more tiles than fit in memory', () => {
  // Those of the levels were staged in a folder that nobody knew of, and a killed update left it for good.
  it('stages those of all levels beside its own', async () => {
    const root = await mkdtemp(join(tmpdir(), 'tilecurve-update-test-'));
    try {
      const store = createMemoryStore();
      const plane = {
        dims: ['y', 'x'],
        shape: [1200, 1200],
        chunkShape: [200, 1200],
        type: 'float64',
      } as const;
      const common = { layer: 'a', memoryBytes: 16 * 2 ** 20 };
      await writeLayer(store, arraySource({ ...plane, valueAt: (i) => i }), { ...common, codec: 'raw' });
      const seen = new Set<string>();
      const watched: BlobStore = {
        ...store,
        putIfAbsent: (...args) => {
          for (const name of readdirSync(root)) seen.add(name);
          return store.putIfAbsent(...args);
        },
      };
      const source = arraySource({ ...plane, valueAt: (i) => i + 1 });
      await updateLayer(watched, source, { ...common, stagingDirectory: join(root, 'u') });
      expect([...seen].sort()).toEqual(['u', 'u.levels']);
      expect(readdirSync(root)).toEqual([]);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
