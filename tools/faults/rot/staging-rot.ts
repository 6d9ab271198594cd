import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BlobStore, createMemoryStore } from '../../../src/blob/index.js';
import { LayerReader, verifyLayer, type WriteOptions, writeLayer } from '../../../src/layer/index.js';
import type { Source } from '../../../src/sources/index.js';
import { type Random, randomBelow } from '../../random.js';
import { requireEqual } from './check-segment.js';
import { type Damage, damaged, describeDamage, randomFlip, randomPage } from './damage.js';
import { type SampleSpec, sampleSource } from './sample-source.js';

const LAYER = 'staged';
// Values of 1 to 4 KiB, tiles that arrive in parts, two levels, tiles that share an index.
const SPEC: SampleSpec = {
  seed: 5,
  shape: { t: 8, y: 48, x: 64 },
  chunk: 24,
  parameters: [
    { id: 'temperature', type: 'float32', axes: ['t'] },
    { id: 'cloud', type: 'uint8', axes: ['t'], noData: 255 },
  ],
};
const OPTIONS: WriteOptions = {
  temporalResolution: 'PT4H',
  tileShape: { t: 2, z: 1, row: 16, col: 16 },
  segmentBytes: 8192,
  memoryBytes: 16 * 2 ** 20,
  // At every step: what a kill leaves is then never far from the last one.
  checkpointMs: 0,
};
/** Reads of the source after which a life of the write ends; in the last but one, while segments are stored. */
const LIVES = [1, 2, 1, 1, 100];

/** What a write that was stopped several times left. */
export interface StagedWrite {
  readonly folder: string;
  /** Its blobs: segments that no manifest lists. */
  readonly store: BlobStore;
  /** What the layer must be in the end. */
  readonly values: ReadonlyMap<string, Float64Array>;
}

/** What became of a write over damaged staging. */
export type StagingOutcome = 'continued' | 'begun anew';

/**
 * Begins a write and stops it again and again, so that LevelDB has tables of several ages and a log. What the
 * layer must be in the end is taken from an undisturbed write.
 */
export async function beginStagedWrite(folder: string): Promise<StagedWrite> {
  const undisturbed = createMemoryStore();
  await writeLayer(undisturbed, sampleSource(SPEC), { ...OPTIONS, layer: LAYER });
  const values = await valuesOf(undisturbed);
  const store = createMemoryStore();
  const stagingDirectory = join(folder, 'staging');
  for (const reads of LIVES) {
    const controller = new AbortController();
    const source = stoppedAfter(sampleSource(SPEC), reads, controller);
    const { signal } = controller;
    const options = { ...OPTIONS, layer: LAYER, stagingDirectory, signal };
    const onProgress = ({ phase }: { phase: string }) => {
      if (phase === 'levels' && reads === LIVES.at(-1)) controller.abort(new Error('stopped'));
    };
    await writeLayer(store, source, { ...options, onProgress }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  if (!existsSync(join(stagingDirectory, 'CURRENT'))) throw new Error('the write was not stopped in time');
  cpSync(stagingDirectory, join(folder, 'left'), { recursive: true });
  return { folder, store, values };
}

/**
 * Damages one of staging's files in a copy of the stopped write, and runs the write again.
 *
 * Throws: an Error that says what was done when the layer is not, whole, what the source says.
 */
export async function checkStagingDamage(
  write: StagedWrite,
  { make, random }: { make: (sizeBytes: number, random: Random) => Damage; random: Random },
): Promise<StagingOutcome> {
  const stagingDirectory = join(write.folder, 'staging');
  rmSync(stagingDirectory, { recursive: true, force: true });
  cpSync(join(write.folder, 'left'), stagingDirectory, { recursive: true });
  const names = readdirSync(stagingDirectory).filter(
    (name) => statSync(join(stagingDirectory, name)).size > 0,
  );
  const name = names[randomBelow(random, names.length)]!;
  const file = join(stagingDirectory, name);
  const intact = readFileSync(file);
  const damage = make(intact.length, random);
  writeFileSync(file, damaged(intact, damage));
  try {
    return await finishWrite(await copyOf(write.store), stagingDirectory, write.values);
  } catch (cause) {
    const text = `staging/${name}, ${describeDamage(damage)}: ${cause instanceof Error ? cause.message : cause}`;
    throw new Error(text, { cause });
  }
}

/** A flip or a zeroed page or a cut, of any file. */
export function randomStagingDamage(sizeBytes: number, random: Random): Damage {
  const kind = random();
  if (kind < 0.7) return randomFlip(sizeBytes, random);
  if (kind < 0.85) return randomPage(sizeBytes, random);
  return { kind: 'truncate', length: randomBelow(random, sizeBytes) };
}

async function finishWrite(
  store: BlobStore,
  stagingDirectory: string,
  values: ReadonlyMap<string, Float64Array>,
): Promise<StagingOutcome> {
  const { checkpointMs, ...options } = OPTIONS;
  const { resumed } = await writeLayer(store, sampleSource(SPEC), {
    ...options,
    layer: LAYER,
    stagingDirectory,
  });
  const { faults, unlisted } = await verifyLayer(store, LAYER);
  if (faults.length > 0) throw new Error(`faults: ${JSON.stringify(faults)}`);
  // Of a checkpoint that cannot be read nobody knows which segments it had stored.
  if (unlisted.length > 0 && resumed) throw new Error(`files too many: ${unlisted.join()}`);
  for (const [name, found] of await valuesOf(store)) requireEqual(found, values.get(name)!, name);
  if (existsSync(stagingDirectory)) throw new Error('staged tiles are left');
  return resumed ? 'continued' : 'begun anew';
}

async function copyOf(store: BlobStore): Promise<BlobStore> {
  const copy = createMemoryStore();
  for await (const { path } of store.list('')) await copy.put(path, [await store.get(path)]);
  return copy;
}

async function valuesOf(store: BlobStore): Promise<Map<string, Float64Array>> {
  const reader = await LayerReader.open(store, LAYER);
  const values = new Map<string, Float64Array>();
  for (const { id } of reader.manifest.parameters) {
    for (let level = 0; level < reader.manifest.levels; level++) {
      values.set(`${id} at level ${level}`, await reader.read(reader.plan({ parameter: id, level })));
    }
  }
  await reader.close();
  return values;
}

function stoppedAfter(source: Source, reads: number, controller: AbortController): Source {
  let left = reads;
  return {
    ...source,
    read: async (parameter, window, signal) => {
      if (--left < 0) controller.abort(new Error('stopped'));
      return source.read(parameter, window, signal);
    },
  };
}
