import { describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { commitManifest, listLayers } from '../../src/catalog/index.js';
import {
  ConflictError,
  CorruptionError,
  InvalidArgumentError,
  NotFoundError,
} from '../../src/errors/index.js';
import {
  collectGarbage,
  deleteLayer,
  LayerReader,
  newStats,
  verifyLayer,
  type WriteOptions,
  writeLayer,
} from '../../src/layer/index.js';
import { type ArraySource, arraySource } from './array-source.js';
import { listAll } from './maintenance-layers.js';

const MIB = 1024 * 1024;

function plane(value: number, size = 40): ArraySource {
  return arraySource({
    dims: ['y', 'x'],
    shape: [size, size],
    chunkShape: [16, 16],
    type: 'float32',
    valueAt: (i) => value + i / 1000,
  });
}

const small = {
  layer: 'a',
  levels: 1,
  tileShape: { row: 4, col: 4 },
  codec: 'raw',
  segmentBytes: 4096,
} as const;

async function firstValue(store: BlobStore, sequence?: number): Promise<number> {
  const reader = await LayerReader.open(store, 'a', { sequence });
  try {
    const one = [{ start: 0, end: 1 }];
    return (await reader.read(reader.plan({ parameter: 'p', x: one, y: one })))[0]!;
  } finally {
    await reader.close();
  }
}

describe('writeLayer', () => {
  it('refuses an existing layer and replaces it in one step when told to', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    await expect(writeLayer(store, plane(2), small)).rejects.toThrow(ConflictError);
    expect(await firstValue(store)).toBe(1);
    const held = await LayerReader.open(store, 'a');
    await writeLayer(store, plane(2), { ...small, overwrite: true });
    expect(await firstValue(store)).toBe(2);
    expect(await firstValue(store, 1)).toBe(1);
    expect((await held.read(held.plan({ parameter: 'p' })))[0]).toBe(1);
    expect((await (await held.refresh()).read(held.plan({ parameter: 'p' }))).length).toBe(1600);
    expect((await held.refresh()).manifest.sequence).toBe(2);
  });

  it('lets one of two writers of the same layer win, whole', async () => {
    const store = createMemoryStore();
    const results = await Promise.allSettled([
      writeLayer(store, plane(1), small),
      writeLayer(store, plane(2), { ...small, stagingDirectory: '/nonexistent/other' }),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = results.find((result) => result.status === 'rejected');
    expect(lost?.reason).toBeInstanceOf(ConflictError);
    expect((await verifyLayer(store, 'a')).faults).toEqual([]);
  });

  it('leaves the old snapshot when it fails at any put, and can be run again', async () => {
    for (let failAt = 1; ; failAt++) {
      const store = createMemoryStore();
      await writeLayer(store, plane(1), small);
      const failing = failingStore(store, failAt);
      const again: WriteOptions & { layer: string } = { ...small, overwrite: true };
      const outcome = await writeLayer(failing.store, plane(2), again).catch((error: unknown) => error);
      if (failing.calls() < failAt) break;
      // Only the CURRENT hint is written after the commit.
      expect([1, 2]).toContain(await firstValue(store));
      if (!failing.hasCommitted()) expect(await firstValue(store)).toBe(1);
      expect(outcome).toBeInstanceOf(Error);
      expect((await verifyLayer(store, 'a')).faults).toEqual([]);
      await writeLayer(store, plane(3), again);
      expect(await firstValue(store)).toBe(3);
    }
  });

  it('stages tiles in parts when they outgrow their share of memory, and joins them exactly', async () => {
    const [steps, side] = [24, 300];
    const source = arraySource({
      dims: ['t', 'y', 'x'],
      shape: [steps, side, side],
      chunkShape: [1, side, side],
      type: 'float64',
      valueAt: (i) => (i * 7) % 1009,
    });
    const store = createMemoryStore();
    const result = await writeLayer(store, source, {
      layer: 'a',
      memoryBytes: 16 * MIB,
      levels: 1,
      tileShape: { row: 64, col: 64 },
    });
    expect(result.tiles).toBe(25);
    const reader = await LayerReader.open(store, 'a');
    const values = await reader.read(reader.plan({ parameter: 'p' }));
    expect(values.length).toBe(steps * side * side);
    expect(values.findIndex((value, i) => value !== (i * 7) % 1009)).toBe(-1);
    const { valid, min, max } = result.manifest.statistics.p!;
    expect({ valid, min, max }).toEqual({ valid: values.length, min: 0, max: 1008 });
    expect((await verifyLayer(store, 'a')).faults).toEqual([]);
  });

  it('sums up only cells inside the grid, not the padding of edge tiles', async () => {
    const source = arraySource({
      dims: ['y', 'x'],
      shape: [5, 5],
      chunkShape: [5, 5],
      type: 'uint8',
      valueAt: () => 9,
    });
    const { manifest } = await writeLayer(createMemoryStore(), source, {
      layer: 'a',
      tileShape: { row: 4, col: 4 },
    });
    expect(manifest.statistics.p).toEqual({ valid: 25, min: 9, max: 9, sum: 225 });
  });

  it('refuses bad names and options before it writes anything', async () => {
    const store = createMemoryStore();
    const refused: (WriteOptions & { layer: string })[] = [
      { layer: 'Bad Name' },
      { layer: '../a' },
      { layer: 'a', memoryBytes: 1 },
      { layer: 'a', tileShape: { row: 0 } },
      { layer: 'a', tileShape: { col: 1.5 } },
      { layer: 'a', segmentBytes: 10 },
      { layer: 'a', temporalResolution: 'PT1H' },
    ];
    for (const options of refused) {
      await expect(writeLayer(store, plane(1), options)).rejects.toThrow(InvalidArgumentError);
    }
    expect(await listLayers(store)).toEqual([]);
  });

  it('stops when it is told to, and leaves no layer', async () => {
    const store = createMemoryStore();
    const stop = new AbortController();
    const reason = new Error('enough');
    const writing = writeLayer(store, plane(1), {
      ...small,
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    await expect(writing).rejects.toBe(reason);
    expect(await listLayers(store)).toEqual([]);
  });
});

describe('LayerReader', () => {
  it('opens one segment at most for a key, and none for a key in a gap', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    const reader = await LayerReader.open(store, 'a');
    const { segments } = reader.manifest.runs[0]!;
    expect(segments.length).toBeGreaterThan(3);
    const keyAt = (col: number, row: number) => ({
      level: 0,
      parameter: 'p',
      col,
      row,
      t: 0,
      z: 0,
      custom: [],
    });
    for (const col of [0, 3, 9]) {
      for (const row of [0, 5, 9]) {
        const stats = newStats();
        expect((await reader.get(keyAt(col, row), { stats })).kind).toBe('found');
        expect(stats.segmentsOpened).toBe(1);
      }
    }
    for (const [col, row] of [
      [10, 0],
      [0, 10],
      [-1, 0],
      [0.5, 0],
    ] as const) {
      const stats = newStats();
      expect((await reader.get(keyAt(col, row), { stats })).kind).toBe('outside');
      expect(stats.segmentsOpened).toBe(0);
    }
    const gapped = await withoutSegment(store, reader, 2);
    const holes = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const stats = newStats();
        const lookup = await gapped.get(keyAt(i % 10, Math.floor(i / 10)), { stats });
        expect(stats.segmentsOpened).toBe(lookup.kind === 'found' ? 1 : 0);
        return lookup.kind;
      }),
    );
    expect(holes.filter((kind) => kind === 'hole')).toHaveLength(segments[2]!.count);
  });

  it('opens only the segments a box meets', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1, 120), small);
    const reader = await LayerReader.open(store, 'a');
    const span = [{ start: 40, end: 52 }];
    const plan = reader.plan({ parameter: 'p', x: span, y: span });
    const stats = newStats();
    await reader.read(plan, { stats });
    expect(stats.tilesRead).toBe(9);
    const { segments } = reader.manifest.runs[0]!;
    expect(stats.segmentsTotal).toBe(segments.length);
    expect(stats.segmentsOpened).toBeLessThanOrEqual(9);
    expect(stats.segmentsOpened).toBe(plan.segments);
    expect(stats.segmentsOpened).toBeLessThan(segments.length / 4);
  });

  it('names what is missing', async () => {
    const store = createMemoryStore();
    await expect(LayerReader.open(store, 'nope')).rejects.toThrow(NotFoundError);
    await writeLayer(store, plane(1), small);
    await expect(LayerReader.open(store, 'a', { sequence: 7 })).rejects.toThrow(NotFoundError);
    const reader = await LayerReader.open(store, 'a');
    expect(() => reader.plan({ parameter: 'q' })).toThrow(NotFoundError);
    expect(() => reader.plan({ parameter: 'p', x: [{ start: 0, end: 41 }] })).toThrow(InvalidArgumentError);
  });

  it('never falls back from a damaged newest manifest to an older one', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    await writeLayer(store, plane(2), { ...small, overwrite: true });
    await flipByte(store, 'layers/a/manifests/00000000000002.json', 40);
    await expect(LayerReader.open(store, 'a')).rejects.toThrow(CorruptionError);
  });

  it('finds the newest snapshot whatever the hint says', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    const hint = await store.get('layers/a/CURRENT');
    await writeLayer(store, plane(2), { ...small, overwrite: true });
    await store.put('layers/a/CURRENT', [hint]);
    expect(await firstValue(store)).toBe(2);
    await store.put('layers/a/CURRENT', [Buffer.from('999 ffffffff\n')]);
    expect(await firstValue(store)).toBe(2);
    await store.delete('layers/a/CURRENT');
    expect(await firstValue(store)).toBe(2);
  });
});

describe('deleteLayer', () => {
  it('removes everything but the mark that says so, and the name can be used again', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    await deleteLayer(store, 'a');
    expect(await listLayers(store)).toEqual([]);
    expect(await listAll(store)).toEqual(['layers/a/layer.json', 'layers/a/manifests/00000000000002.json']);
    await expect(deleteLayer(store, 'a')).rejects.toThrow(NotFoundError);
    await writeLayer(store, plane(2), small);
    expect(await firstValue(store)).toBe(2);
  });

  it('never shows the layer again when the removal is cut short', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    let deletions = 0;
    const failing: BlobStore = Object.create(store, {
      delete: {
        value: (path: string) =>
          ++deletions > 3 ? Promise.reject(new Error('cut short')) : store.delete(path),
      },
    });
    await expect(deleteLayer(failing, 'a')).rejects.toThrow('cut short');
    expect(await listLayers(store)).toEqual([]);
    await expect(LayerReader.open(store, 'a')).rejects.toThrow(NotFoundError);
    await writeLayer(store, plane(2), small);
    expect(await firstValue(store)).toBe(2);
  });
});

describe('a layer that comes back', () => {
  it('is seen by a reader of the deleted one, also when it has the same number', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    const reader = await LayerReader.open(store, 'a');
    await deleteLayer(store, 'a');
    await collectGarbage(store, { graceMs: 0, nowMs: Date.now() + 1000 });
    await writeLayer(store, plane(2), small);
    const fresh = await reader.refresh();
    expect(fresh.manifest.sequence).toBe(reader.manifest.sequence);
    expect((await fresh.read(fresh.plan({ parameter: 'p' })))[0]).toBe(2);
    expect(await fresh.refresh()).toBe(fresh);
  });
});

describe('a snapshot that is taken back, as after a failed sync of its folder', () => {
  // The reader that had opened it kept it, and its ETag, though another commit had got the number.
  it('is told by a reader of it from the one that gets its number', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    await writeLayer(store, plane(2), { ...small, overwrite: true });
    const reader = await LayerReader.open(store, 'a');
    await store.delete('layers/a/manifests/00000000000002.json');
    expect((await reader.refresh()).manifest.sequence).toBe(1);
    await writeLayer(store, plane(3), { ...small, overwrite: true });
    const fresh = await reader.refresh();
    expect(fresh.manifest.sequence).toBe(reader.manifest.sequence);
    expect((await fresh.read(fresh.plan({ parameter: 'p' })))[0]).toBe(3);
    expect(fresh.etag).not.toBe(reader.etag);
    expect(await fresh.refresh()).toBe(fresh);
  });

  it('is compared by a small read', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    let manifests = 0;
    const counting: BlobStore = {
      ...store,
      get: (path, options) => {
        if (path.includes('/manifests/')) manifests += 1;
        return store.get(path, options);
      },
    };
    const reader = await LayerReader.open(counting, 'a');
    expect(await reader.refresh()).toBe(reader);
    expect(manifests).toBe(1);
  });
});

describe('deleteLayer of what is broken', () => {
  it('finishes a removal that was cut short', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    let deletions = 0;
    const cutShort: BlobStore = {
      ...store,
      delete: (path) => (++deletions > 3 ? Promise.reject(new Error('cut short')) : store.delete(path)),
    };
    await expect(deleteLayer(cutShort, 'a')).rejects.toThrow('cut short');
    await deleteLayer(store, 'a');
    expect(await listAll(store)).toEqual(['layers/a/layer.json', 'layers/a/manifests/00000000000003.json']);
    await expect(deleteLayer(store, 'a')).rejects.toThrow(NotFoundError);
  });

  it('removes a layer whose manifest is damaged', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    await flipByte(store, 'layers/a/manifests/00000000000001.json', 40);
    await deleteLayer(store, 'a');
    expect(await listLayers(store)).toEqual([]);
    expect(await listAll(store)).toEqual(['layers/a/layer.json', 'layers/a/manifests/00000000000002.json']);
  });
});

describe('verifyLayer', () => {
  it('names each damaged, missing and unlisted file', async () => {
    const store = createMemoryStore();
    await writeLayer(store, plane(1), small);
    const paths: string[] = [];
    for await (const { path } of store.list('layers/a/tiles/')) paths.push(path);
    await flipByte(store, paths[0]!, 100);
    await store.delete(paths[1]!);
    const bytes = await store.get(paths[2]!);
    await store.put(paths[2]!, [bytes.subarray(0, bytes.length - 1)]);
    const stray = paths[3]!.replace(/[^/]+$/, 'stray.seg');
    await store.put(stray, [await store.get(paths[4]!)]);
    const report = await verifyLayer(store, 'a');
    expect(new Set(report.faults.map(({ path }) => path))).toEqual(new Set(paths.slice(0, 3)));
    expect(report.unlisted).toEqual([stray]);
  });
});

/** A store whose `failAt`-th put fails. */
function failingStore(store: BlobStore, failAt: number) {
  let calls = 0;
  let hasCommitted = false;
  const fail = async (path: string): Promise<void> => {
    if (++calls === failAt) throw new Error(`put ${failAt} fails`);
    if (path.includes('/manifests/')) hasCommitted = true;
  };
  const failing: BlobStore = Object.create(store, {
    put: {
      value: async (...args: Parameters<BlobStore['put']>) => {
        await fail(args[0]);
        return store.put(...args);
      },
    },
    putIfAbsent: {
      value: async (...args: Parameters<BlobStore['putIfAbsent']>) => {
        await fail(args[0]);
        return store.putIfAbsent(...args);
      },
    },
    // Methods of the store run with the store itself, not with the wrapper.
    ...Object.fromEntries(
      (['get', 'getRange', 'open', 'stat', 'list', 'listNames', 'delete'] as const).map((name) => [
        name,
        { value: (store[name] as (...args: never[]) => unknown).bind(store) },
      ]),
    ),
  });
  return { store: failing, calls: () => calls, hasCommitted: () => hasCommitted };
}

async function flipByte(store: BlobStore, path: string, at: number): Promise<void> {
  const bytes = Uint8Array.from(await store.get(path));
  bytes[at]! ^= 1;
  await store.put(path, [bytes]);
}

/** A reader of a snapshot that lacks one segment, so that its run has a gap. */
async function withoutSegment(store: BlobStore, reader: LayerReader, position: number): Promise<LayerReader> {
  const [run] = reader.manifest.runs;
  const segments = run!.segments.filter((_, i) => i !== position);
  await commitManifest(store, { ...reader.manifest, sequence: 2, runs: [{ ...run!, segments }] });
  return LayerReader.open(store, 'a');
}
