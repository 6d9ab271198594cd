import { type BlobStore, openDirectoryStore } from '../../../src/blob/index.js';
import { deleteTag, readTag } from '../../../src/catalog/index.js';
import { ConflictError, NotFoundError } from '../../../src/errors/index.js';
import {
  collectGarbage,
  compactLayer,
  copyLayer,
  deleteLayer,
  diffSnapshots,
  eraseCells,
  LayerReader,
  listSnapshots,
  moveLayer,
  reindexLayer,
  rollbackLayer,
  tagSnapshot,
  updateLayer,
  writeLayer,
} from '../../../src/layer/index.js';
import { type PlaneBlock, planeSource, wholePlane } from './plane-source.js';
import { type Cells, readWorld, type StoreWorld, withBlock } from './store-world.js';

/** Tiles and segments so small that a layer of a few hundred cells has several of each, on three levels. */
const LAYOUT = { tileShape: { t: 2, row: 4, col: 4 }, codec: 'raw', segmentBytes: 4096 } as const;
const NO_CELLS: Cells = [];
const MIDDLE: PlaneBlock = { times: [0, 1], rows: [3, 8], cols: [2, 7] };
const LATER: PlaneBlock = { times: [2, 3], rows: [0, 12], cols: [0, 12] };
const NORTH_WEST: PlaneBlock = { times: [0, 1], rows: [0, 3], cols: [0, 3] };
const SOUTH_EAST: PlaneBlock = { times: [0, 1], rows: [9, 12], cols: [9, 12] };

/** One operation that a user asks for, and what it does to what the store shows. */
export interface WorkStep {
  readonly name: string;
  run(store: BlobStore): Promise<unknown>;
  /** What the store may show from begin to end, in order; the last is what a success promises. */
  passes(before: StoreWorld): readonly StoreWorld[];
  /** Several names are made in one folder at the same moment. */
  readonly isConcurrent?: boolean;
  /** What a second run may say when the first one had done it all. */
  readonly saysDone?: new (
    ...args: never[]
  ) => Error;
}

/** The operations of a campaign, one after the other on one store. */
export const workload: readonly WorkStep[] = [
  writing('first write', 'a', 1),
  writing('write of another layer', 'b', 2),
  {
    name: 'overwrite',
    run: (store) => write(store, 'a', { seed: 3, overwrite: true }),
    passes: (before) => [before, withLayer(before, 'a', wholeField(3))],
  },
  {
    name: 'tag',
    run: (store) => tagSnapshot(store, { layer: 'a', name: 'kept' }),
    passes: (before) => [before, { ...before, tags: { ...before.tags, 'a:kept': before.layers.a! } }],
  },
  changing('update', MIDDLE, 4),
  changing('update with a later time', LATER, 5),
  {
    name: 'erasure',
    run: (store) =>
      eraseCells(
        store,
        { x: [{ start: 2, end: 6, shift: 0 }], y: [{ start: 1, end: 5, shift: 0 }] },
        { layer: 'a', segmentBytes: LAYOUT.segmentBytes },
      ),
    passes: (before) => [
      before,
      withLayer(
        before,
        'a',
        withBlock(before.layers.a!, { times: [0, 3], rows: [1, 5], cols: [2, 6] }, undefined),
      ),
    ],
  },
  unchanging('reindexing', (store) => reindexLayer(store, 'a', { curve: 'zorder', segmentBytes: 4096 })),
  unchanging('compaction', (store) => compactLayer(store, 'a', { segmentBytes: 16_384 })),
  {
    name: 'two updates at once',
    isConcurrent: true,
    run: (store) =>
      allSettled([
        update(openDirectoryStore(store.location), NORTH_WEST, 6),
        update(openDirectoryStore(store.location), SOUTH_EAST, 7),
      ]),
    passes: (before) => {
      const first = withLayer(before, 'a', withBlock(before.layers.a!, NORTH_WEST, 6));
      const second = withLayer(before, 'a', withBlock(before.layers.a!, SOUTH_EAST, 7));
      const both = withLayer(before, 'a', withBlock(first.layers.a!, SOUTH_EAST, 7));
      return [before, first, second, both];
    },
  },
  {
    name: 'copy',
    isConcurrent: true,
    run: (store) => copyLayer(store, { layer: 'a', to: 'c' }),
    passes: (before) => [before, withLayer(before, 'c', before.layers.a!)],
    saysDone: ConflictError,
  },
  {
    name: 'move',
    isConcurrent: true,
    run: (store) => moveLayer(store, { layer: 'b', to: 'd' }),
    passes: (before) => {
      const both = withLayer(before, 'd', before.layers.b!);
      return [before, both, withoutLayer(both, 'b')];
    },
    saysDone: NotFoundError,
  },
  {
    name: 'rollback',
    run: async (store) => {
      const { sequence } = await readTag(store, { layer: 'a', name: 'kept' });
      await rollbackLayer(store, { layer: 'a', to: sequence });
    },
    passes: (before) => [before, withLayer(before, 'a', before.tags['a:kept']!)],
  },
  {
    name: 'removal of a tag',
    run: (store) => deleteTag(store, { layer: 'a', name: 'kept' }),
    passes: (before) => [before, { ...before, tags: {} }],
    saysDone: NotFoundError,
  },
  unchanging('collection of garbage', (store) => collectGarbage(store, { keep: 1, graceMs: 0 })),
  {
    name: 'deletion',
    run: (store) => deleteLayer(store, 'c'),
    passes: (before) => [before, withoutLayer(before, 'c')],
    saysDone: NotFoundError,
  },
  writing('write of a layer deleted before', 'c', 8),
  {
    name: 'reindexing to another layer',
    run: (store) => reindexLayer(store, 'a', { to: 'e', curve: 'rowmajor', segmentBytes: 4096 }),
    passes: (before) => [before, withLayer(before, 'e', before.layers.a!)],
    saysDone: ConflictError,
  },
  unchanging('second collection of garbage', (store) => collectGarbage(store, { keep: 1, graceMs: 0 })),
];

/** What only reads, after the operation it follows. */
export const readingSteps: readonly (WorkStep & { readonly follows: string })[] = [
  { ...unchanging('reading of everything', readWorld), follows: 'two updates at once' },
  {
    ...unchanging('answers from levels, tiles and lists', async (store) => {
      const reader = await LayerReader.open(store, 'a');
      try {
        for (let level = 0; level < reader.manifest.levels; level++) {
          await reader.read(reader.plan({ parameter: 'p', level }));
          await reader.get({ level, parameter: 'p', col: 0, row: 0, t: 0, z: 0, custom: [] });
        }
        await reader.refresh();
      } finally {
        await reader.close();
      }
      await listSnapshots(store, 'a');
      await diffSnapshots(store, { layer: 'a', from: 1, to: 2 });
    }),
    follows: 'reindexing',
  },
];

function writing(name: string, layer: string, seed: number): WorkStep {
  return {
    name,
    run: (store) => write(store, layer, { seed, overwrite: false }),
    passes: (before) => [before, withLayer(before, layer, wholeField(seed))],
    saysDone: ConflictError,
  };
}

function changing(name: string, block: PlaneBlock, seed: number): WorkStep {
  return {
    name,
    run: (store) => update(store, block, seed),
    passes: (before) => [before, withLayer(before, 'a', withBlock(before.layers.a!, block, seed))],
  };
}

function unchanging(name: string, run: (store: BlobStore) => Promise<unknown>): WorkStep {
  return { name, run, passes: (before) => [before] };
}

function write(store: BlobStore, layer: string, { seed, overwrite }: { seed: number; overwrite: boolean }) {
  return writeLayer(store, planeSource(seed, wholePlane), { ...LAYOUT, layer, overwrite });
}

function update(store: BlobStore, block: PlaneBlock, seed: number) {
  return updateLayer(store, planeSource(seed, block), { layer: 'a', segmentBytes: LAYOUT.segmentBytes });
}

/** Throws the first failure, once nobody is at work any more. */
async function allSettled(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

function wholeField(seed: number): Cells {
  return withBlock(NO_CELLS, wholePlane, seed);
}

function withLayer(world: StoreWorld, layer: string, cells: Cells): StoreWorld {
  return { ...world, layers: { ...world.layers, [layer]: cells } };
}

function withoutLayer(world: StoreWorld, layer: string): StoreWorld {
  const { [layer]: _, ...layers } = world.layers;
  return { ...world, layers };
}
