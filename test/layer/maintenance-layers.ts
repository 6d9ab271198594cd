import fc from 'fast-check';
import { expect } from 'vitest';
import type { BlobHandle, BlobStore } from '../../src/blob/index.js';
import { LayerReader, verifyLayer, type WriteOptions, writeLayer } from '../../src/layer/index.js';
import { type ArraySource, arraySource } from './array-source.js';

const dimNames = ['member', 't', 'z', 'y', 'x'] as const;

/** A layer of any shape and layout; `salt` tells the values of two layers of one shape apart. */
export const anyLayer = fc
  .record({
    optional: fc.subarray(['member', 't', 'z'] as const),
    sizes: fc.tuple(...[2, 7, 3, 17, 19].map((max) => fc.integer({ min: 1, max }))),
    tile: anyTile(),
    type: fc.constantFrom('int16', 'uint8', 'float32', 'float64'),
    curve: fc.constantFrom('hilbert', 'zorder', 'rowmajor'),
    codec: fc.constantFrom('raw', 'deflate', 'shuffle-deflate'),
    resolution: fc.option(fc.constantFrom('PT3H', 'P1D')),
    levels: fc.constantFrom<('auto' | 1)[]>('auto', 1),
    segmentBytes: fc.constantFrom(4096, 8192, 2 ** 20),
  } as const)
  .map((spec) => {
    const dims = dimNames.filter((dim) => dim === 'x' || dim === 'y' || spec.optional.includes(dim));
    return { ...spec, dims, shape: dims.map((dim) => spec.sizes[dimNames.indexOf(dim)]!) };
  });

/** A tile shape that may be longer than the axes. */
export function anyTile() {
  return fc.tuple(...[4, 2, 6, 6].map((max) => fc.integer({ min: 1, max })));
}

export type LayerSpec = typeof anyLayer extends fc.Arbitrary<infer T> ? T : never;

/** The source of a layer, with holes in its data. */
export function sourceOf({ dims, shape, type }: LayerSpec, salt = 0): ArraySource {
  const noData = type === 'uint8' ? 255 : -99;
  return arraySource({
    dims,
    shape,
    chunkShape: shape.map((size) => Math.min(size, 5)),
    type,
    noData,
    ...(type === 'int16' && { scale: 0.5, offset: 10 }),
    valueAt: (i) => (i % 11 === 0 ? noData : (i * 31 + salt) % 200),
  });
}

/** How the layer of a spec is written. */
export function optionsOf(spec: LayerSpec, layer = 'a'): WriteOptions & { readonly layer: string } {
  const [t, z, row, col] = spec.tile;
  return {
    layer,
    curve: spec.curve,
    codec: spec.codec,
    levels: spec.levels,
    tileShape: { t: t!, z: z!, row: row!, col: col! },
    segmentBytes: spec.segmentBytes,
    ...(spec.resolution && spec.dims.includes('t') && { temporalResolution: spec.resolution }),
  };
}

/** Writes the layer of a spec, or what overwrites it. */
export async function writeSpec(
  store: BlobStore,
  spec: LayerSpec,
  { layer = 'a', salt = 0, overwrite = false } = {},
): Promise<ArraySource> {
  const source = sourceOf(spec, salt);
  await writeLayer(store, source, { ...optionsOf(spec, layer), overwrite });
  return source;
}

/** The layer is sound and each of its cells is that of the source. */
export async function expectContent(
  store: BlobStore,
  layer: string,
  source: ArraySource,
  sequence?: number,
): Promise<void> {
  expect((await verifyLayer(store, layer, { sequence })).faults).toEqual([]);
  expect(await contentOf(store, layer, sequence)).toEqual(cellsOf(source));
}

/** All cells of a layer's native level in the order member, t, z, y, x; null for no data. */
export async function contentOf(
  store: BlobStore,
  layer: string,
  sequence?: number,
): Promise<(number | null)[]> {
  const reader = await LayerReader.open(store, layer, { sequence });
  try {
    const values = await reader.read(reader.plan({ parameter: 'p' }));
    return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  } finally {
    await reader.close();
  }
}

/** The same of a source, by brute force. */
export function cellsOf(source: ArraySource): (number | null)[] {
  const { dims, shape } = source.parameters[0]!;
  const cells: (number | null)[] = [];
  const walk = (names: readonly string[], at: Record<string, number>): void => {
    const [name, ...others] = names;
    if (name === undefined) {
      cells.push(source.physicalAt(at));
      return;
    }
    const d = dims.indexOf(name);
    for (let i = 0; i < (d < 0 ? 1 : shape[d]!); i++) walk(others, { ...at, [name]: i });
  };
  walk(dimNames, {});
  return cells;
}

/** A layer small enough to be cut short at every call, in many segments. */
export function smallPlane(salt = 0): ArraySource {
  return arraySource({
    dims: ['y', 'x'],
    shape: [24, 24],
    chunkShape: [24, 24],
    type: 'float64',
    valueAt: (i) => i + salt * 1000,
  });
}

/** How `smallPlane` is written: two dozen tiles in a few segments. */
export const smallOptions = {
  layer: 'a',
  levels: 1,
  tileShape: { row: 6, col: 6 },
  codec: 'raw',
  segmentBytes: 4096,
} as const;

/** A store in which something else happens right before the first commit that comes through it. */
export function beforeFirstCommit(store: BlobStore, work: () => Promise<unknown>): BlobStore {
  let isDone = false;
  return {
    ...store,
    putIfAbsent: async (path, ...args) => {
      if (path.includes('/manifests/') && !isDone) {
        isDone = true;
        await work();
      }
      return store.putIfAbsent(path, ...args);
    },
  };
}

/** Every blob of a store. */
export async function listAll(store: BlobStore, prefix = ''): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of store.list(prefix)) paths.push(path);
  return paths;
}

/** A store for one process that dies at its `failAt`-th call, before or after the call did its work. */
export interface DyingStore {
  readonly store: BlobStore;
  readonly isDead: () => boolean;
}

/** From the `failAt`-th call on every call fails; that one may still have been carried out. */
export function dyingStore(inner: BlobStore, failAt: number, dies: 'before' | 'after'): DyingStore {
  let calls = 0;
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    const call = ++calls;
    if (call > failAt || (call === failAt && dies === 'before')) throw new Error(`dead since call ${failAt}`);
    const result = await work();
    if (call === failAt) throw new Error(`dead since call ${failAt}`);
    return result;
  };
  const wrap = (handle: BlobHandle): BlobHandle => ({
    path: handle.path,
    sizeBytes: handle.sizeBytes,
    read: (...args) => attempt(() => handle.read(...args)),
    close: () => handle.close(),
  });
  const store: BlobStore = {
    location: inner.location,
    get: (...args) => attempt(() => inner.get(...args)),
    getRange: (...args) => attempt(() => inner.getRange(...args)),
    open: (...args) => attempt(async () => wrap(await inner.open(...args))),
    stat: (...args) => attempt(() => inner.stat(...args)),
    put: (...args) => attempt(() => inner.put(...args)),
    putIfAbsent: (...args) => attempt(() => inner.putIfAbsent(...args)),
    link: (...args) => attempt(() => inner.link(...args)),
    async *list(...args) {
      await attempt(async () => undefined);
      yield* inner.list(...args);
    },
    listNames: (...args) => attempt(() => inner.listNames(...args)),
    delete: (...args) => attempt(() => inner.delete(...args)),
    sweep: (...args) => attempt(() => inner.sweep(...args)),
  };
  return { store, isDead: () => calls >= failAt };
}

/** Runs `work` with a store that dies at its k-th call, for every k, until it is no longer reached. */
export async function atEveryCall(
  run: (attempt: { readonly k: number; readonly dies: 'before' | 'after' }) => Promise<boolean>,
): Promise<number> {
  let calls = 0;
  for (const dies of ['before', 'after'] as const) {
    for (let k = 1; await run({ k, dies }); k++) calls++;
  }
  return calls;
}
