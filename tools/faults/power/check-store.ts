import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BlobStore, openDirectoryStore } from '../../../src/blob/index.js';
import {
  currentPath,
  headPath,
  identityPath,
  listTags,
  manifestPath,
  openManifest,
  readManifest,
  segmentFolder,
  tagFolder,
} from '../../../src/catalog/index.js';
import { describeError } from '../../../src/errors/index.js';
import { collectGarbage } from '../../../src/layer/index.js';
import { formatSegmentName } from '../../../src/segment/index.js';
import { withMounted } from '../disk/mount-disk.js';
import type { SimulatedDisk } from '../disk/simulated-disk.js';
import { describeWorld, type LayerMemory, readWorld, type StoreWorld, worldText } from './store-world.js';
import type { WorkStep } from './workload.js';

/** Of the event loop; a look at all layers of a store takes a few of them. */
const MAX_TURNS = 200;

/** What must hold of a store that a fault has hit. */
export interface ExpectedStore {
  /** The operation that was under way, or follows. */
  readonly step: WorkStep;
  /** What the store may show: nothing older than what was acknowledged. */
  readonly worlds: readonly StoreWorld[];
}

/**
 * Opens the store on a disk with nothing but what lies there: it must show one of the expected worlds, whole and
 * verified; the operation must succeed when it is run again, and a collection of garbage leave nothing behind.
 *
 * Throws: an Error that says what was found. Changes the disk.
 */
export async function checkStore(disk: SimulatedDisk, { step, worlds }: ExpectedStore): Promise<void> {
  await withMounted(disk, {}, async () => {
    const store = openDirectoryStore(disk.root);
    const memory = { digestOf: (layer: string) => disk.digest(`layers/${layer}`) };
    const found = await requireWorld(store, worlds, memory);
    const last = worlds.at(-1)!;
    try {
      await step.run(store);
    } catch (error) {
      const isDone = step.saysDone && error instanceof step.saysDone && worldText(found) === worldText(last);
      if (!isDone) throw new Error(`run again: ${describeError(error)}`, { cause: error });
    }
    await requireCollected(openDirectoryStore(disk.root));
    await requireWorld(openDirectoryStore(disk.root), [last], memory);
    await requireNoLeftovers(disk, openDirectoryStore(disk.root));
    await requireAllClosed(disk);
  });
}

/** Lets what a failure left under way end, and throws an Error when files stay open after it. */
export async function requireAllClosed(disk: SimulatedDisk): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS && disk.openFiles > 0; turn++) await nextTurn();
  if (disk.openFiles > 0) throw new Error(`${disk.openFiles} files are left open`);
}

/** Which of the worlds the store shows. Throws: an Error when it is none of them. */
export async function requireWorld(
  store: BlobStore,
  worlds: readonly StoreWorld[],
  memory?: LayerMemory,
): Promise<StoreWorld> {
  const found = await readWorld(store, memory);
  const text = worldText(found);
  if (worlds.some((world) => worldText(world) === text)) return found;
  const expected = worlds.map(describeWorld).join(' | ');
  throw new Error(`the store shows ${describeWorld(found)}, and should show ${expected}`);
}

async function requireCollected(store: BlobStore): Promise<void> {
  const { layers } = await collectGarbage(store, { keep: 1, graceMs: 0 });
  const failed = layers.find(({ error }) => error !== undefined);
  if (failed) throw new Error(`gc of ${failed.layer}: ${failed.error}`);
}

/** Nothing but the newest snapshot of each layer, and those with a tag. */
async function requireNoLeftovers(disk: SimulatedDisk, store: BlobStore): Promise<void> {
  const needed = new Set<string>();
  for (const layer of await store.listNames('layers/')) {
    for (const path of await neededPaths(store, layer)) needed.add(path);
  }
  const left = [...disk.files()].map(([path]) => path).filter((path) => !needed.has(path));
  if (left.length > 0) throw new Error(`gc left ${left.join(', ')}`);
}

async function neededPaths(store: BlobStore, layer: string): Promise<string[]> {
  const newest = await openManifest(store, { layer }).catch(() => undefined);
  if (newest === undefined) return [];
  const paths = [identityPath(layer), currentPath(layer)];
  const sequences = new Set([newest.sequence]);
  for (const { name, sequence } of await listTags(store, layer)) {
    paths.push(`${tagFolder(layer)}${name}.json`);
    sequences.add(sequence);
  }
  for (const sequence of sequences) {
    paths.push(manifestPath(layer, sequence), headPath(layer, sequence));
    const { runs } = await readManifest(store, { layer, sequence });
    for (const run of runs) {
      const folder = `${segmentFolder(layer)}${run.level}/${run.parameter}/${run.partition}/`;
      for (const segment of run.segments) paths.push(folder + formatSegmentName(segment));
    }
  }
  return paths;
}
