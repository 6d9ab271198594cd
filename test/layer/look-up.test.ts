import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore, openDirectoryStore } from '../../src/blob/index.js';
import { openManifest } from '../../src/catalog/index.js';
import { NotFoundError } from '../../src/errors/index.js';
import type { TileKey } from '../../src/grid/index.js';
import { LayerReader, newStats, type TileLookup, writeLayer } from '../../src/layer/index.js';
import { createRandom, randomBelow } from '../../tools/random.js';
import { arraySource } from './array-source.js';

// Twelve hours on bins of six: records with several time tiles; members are runs of their own.
const source = arraySource({
  dims: ['member', 't', 'y', 'x'],
  shape: [2, 12, 20, 20],
  chunkShape: [1, 12, 20, 20],
  type: 'float32',
  valueAt: (i) => (i % 4800 < 100 ? 1 : Math.sin(i)),
});
const options = {
  layer: 'a',
  levels: 1,
  temporalResolution: 'PT6H',
  tileShape: { t: 2, row: 5, col: 5 },
  segmentBytes: 4096,
} as const;

/** Every key of the layer and some beyond it, in no order, some twice. */
function someKeys(): TileKey[] {
  const random = createRandom(7);
  return Array.from({ length: 400 }, () => ({
    level: 0,
    parameter: 'p',
    custom: [randomBelow(random, 3)],
    t: randomBelow(random, 7),
    z: 0,
    row: randomBelow(random, 4),
    col: randomBelow(random, 5),
  }));
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tilecurve-look-up-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const stores = {
  memory: () => createMemoryStore(),
  directory: () => openDirectoryStore(folder),
  'directory without blocking reads': () => openDirectoryStore(folder, { blockingReads: false }),
};

describe('a tile by its key', () => {
  for (const [name, openStore] of Object.entries(stores)) {
    it(`is the same at once, later and among many (${name})`, async () => {
      const store = openStore();
      await writeLayer(store, source, options);
      const keys = someKeys();
      const [later, many, atOnce] = [
        await LayerReader.open(store, 'a'),
        await LayerReader.open(store, 'a'),
        await LayerReader.open(store, 'a'),
      ];
      const expected: TileLookup[] = [];
      for (const key of keys) expected.push(await later.get(key));
      expect(new Set(expected.map(({ kind }) => kind))).toEqual(new Set(['found', 'outside']));
      expect(bytesOf(await many.getMany(keys))).toEqual(bytesOf(expected));
      const found = keys.filter((_, i) => expected[i]!.kind === 'found');
      expect(atOnce.peek(found[0]!)).toBeUndefined();
      for (const key of keys) await atOnce.get(key);
      const peeked = keys.map((key) => atOnce.peek(key));
      if (name === 'directory without blocking reads') {
        expect(peeked.map((lookup) => lookup?.kind ?? 'found')).toEqual(expected.map(({ kind }) => kind));
        expect(peeked.some((lookup) => lookup?.kind === 'found')).toBe(false);
      } else {
        expect(bytesOf(peeked)).toEqual(bytesOf(expected));
      }
      for (const reader of [later, many, atOnce]) await reader.close();
    });
  }

  it('is planned as the query of its cells is, for holes and gaps too', async () => {
    const store = createMemoryStore();
    await writeLayer(store, source, options);
    // Without every third segment there are gaps.
    const whole = await openManifest(store, { layer: 'a' });
    const runs = whole.runs.slice(1).map((run) => {
      return { ...run, segments: run.segments.filter((_, i) => i % 3 !== 1) };
    });
    const reader = new LayerReader(store, { ...whole, runs });
    const found = new Set<string>();
    for (const key of someKeys()) {
      const plan = reader.planTile(key);
      const span = (tile: number, length: number) => [{ start: tile * length, end: (tile + 1) * length }];
      const isInside = key.t < 6 && key.row < 4 && key.col < 4 && key.custom[0]! < 2;
      const { segments, tiles, estimatedBytes } = isInside
        ? reader.plan({
            parameter: 'p',
            t: span(key.t, 2),
            y: span(key.row, 5),
            x: span(key.col, 5),
            custom: { member: span(key.custom[0]!, 1) },
          })
        : { segments: 0, tiles: 0, estimatedBytes: 0 };
      expect(plan).toEqual({ segments, tiles, estimatedBytes });
      found.add(`${segments} of ${tiles}`);
    }
    expect(found).toEqual(new Set(['0 of 0', '0 of 1', '1 of 1']));
    await reader.close();
  });

  it('counts the same work at once and later, and less among many', async () => {
    const store = createMemoryStore();
    await writeLayer(store, source, options);
    const reader = await LayerReader.open(store, 'a');
    const keys = someKeys();
    const [later, atOnce, many] = [newStats(), newStats(), newStats()];
    for (const key of keys) await reader.get(key, { stats: later });
    for (const key of keys) reader.peek(key, { stats: atOnce });
    await reader.getMany(keys, { stats: many });
    expect(atOnce).toEqual(later);
    expect(many.segmentsOpened).toBe(later.segmentsOpened);
    expect(many.tilesRead).toBeLessThan(later.tilesRead);
    expect(many.bytesRead).toBeLessThan(later.bytesRead);
  });

  it('is asked for by a parameter of the layer, until the signal fires', async () => {
    const store = createMemoryStore();
    await writeLayer(store, source, options);
    const reader = await LayerReader.open(store, 'a');
    const key = { level: 0, parameter: 'p', custom: [0], t: 0, z: 0, row: 0, col: 0 };
    const unknown = { ...key, parameter: 'q' };
    await expect(reader.get(unknown)).rejects.toThrow(NotFoundError);
    await expect(reader.getMany([key, unknown])).rejects.toThrow(NotFoundError);
    expect(() => reader.peek(unknown)).toThrow(NotFoundError);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(reader.get(key, { signal })).rejects.toThrow('enough');
    await expect(reader.getMany([key], { signal })).rejects.toThrow('enough');
  });
});

/** Bytes as plain numbers: Buffers and arrays that hold the same are the same tile. */
function bytesOf(lookups: readonly (TileLookup | undefined)[]): unknown[] {
  return lookups.map((lookup) => {
    if (lookup?.kind !== 'found' || lookup.tile.kind !== 'coded') return lookup;
    return { ...lookup.tile, bytes: Buffer.from(lookup.tile.bytes).toString('hex') };
  });
}
