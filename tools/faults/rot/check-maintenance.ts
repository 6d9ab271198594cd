import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BlobStore, openStore } from '../../../src/blob/index.js';
import { layerFolder, manifestFolder } from '../../../src/catalog/index.js';
import { CorruptionError } from '../../../src/errors/index.js';
import {
  compactLayer,
  copyLayer,
  LayerReader,
  rebuildLayer,
  reindexLayer,
  updateLayer,
} from '../../../src/layer/index.js';
import { requireEqual } from './check-segment.js';
import type { LayerOracle } from './layer-oracle.js';
import { changedPart } from './rot-layers.js';
import { sampleSource } from './sample-source.js';

const SEGMENT_BYTES = 32_768;

/** What reads old records and writes new ones; each is refused or gives a layer that answers as before. */
export const maintenanceNames = ['copy', 'compact', 'reindex', 'update', 'rebuild', 'partial'] as const;

export type MaintenanceName = (typeof maintenanceNames)[number];

/**
 * Runs one operation on a copy of a store whose layer is damaged.
 *
 * Returns: true when it was refused.
 * Throws: an Error when it ends with anything but a CorruptionError, or makes a layer that answers otherwise.
 */
export async function checkMaintenance(
  name: MaintenanceName,
  job: { readonly storeFolder: string; readonly scratch: string; readonly oracle: LayerOracle },
): Promise<boolean> {
  const { oracle } = job;
  const layer = oracle.layer.name;
  const path = layerFolder(layer);
  rmSync(job.scratch, { recursive: true, force: true });
  cpSync(join(job.storeFolder, path), join(job.scratch, path), { recursive: true });
  const store = openStore(job.scratch);
  let result = layer;
  try {
    result = await operate(name, store, oracle);
  } catch (error) {
    if (!(error instanceof CorruptionError)) throw error;
    if (typeof error.fields.path !== 'string')
      throw new Error(`no file in: ${error.message}`, { cause: error });
    return true;
  }
  await requireRightOrRefused(store, result, { oracle, hasHoles: name === 'partial' });
  return false;
}

/** The name of the layer that has the result. */
async function operate(name: MaintenanceName, store: BlobStore, oracle: LayerOracle): Promise<string> {
  const layer = oracle.layer.name;
  switch (name) {
    case 'copy':
      await copyLayer(store, { layer, to: 'copied' });
      return 'copied';
    case 'compact':
      await compactLayer(store, layer, { segmentBytes: SEGMENT_BYTES });
      return layer;
    case 'reindex':
      await reindexLayer(store, layer, { to: 'reindexed', curve: 'zorder', segmentBytes: SEGMENT_BYTES });
      return 'reindexed';
    case 'update':
      // The cells that are there already: whatever is rewritten must answer as before.
      await updateLayer(store, sampleSource(changedPart(oracle.layer.spec)), { layer });
      return layer;
    case 'rebuild':
    case 'partial':
      for await (const { path } of store.list(manifestFolder(layer))) await store.delete(path);
      await rebuildLayer(store, layer, { isPartial: name === 'partial' });
      return layer;
    default:
      return name satisfies never;
  }
}

async function requireRightOrRefused(
  store: BlobStore,
  layer: string,
  { oracle, hasHoles }: { oracle: LayerOracle; hasHoles: boolean },
): Promise<void> {
  const reader = await LayerReader.open(store, layer);
  try {
    for (const { id } of reader.manifest.parameters) {
      for (let level = 0; level < reader.manifest.levels; level++) {
        const found = await valuesUnlessDamaged(reader, id, level);
        if (found === undefined) continue;
        const { values } = oracle.valuesOf(id, level);
        const expected = hasHoles
          ? values.map((value, i) => (Number.isNaN(found[i]!) ? Number.NaN : value))
          : values;
        requireEqual(found, expected, `${layer} ${id} at level ${level}`);
      }
    }
  } finally {
    await reader.close();
  }
}

async function valuesUnlessDamaged(
  reader: LayerReader,
  parameter: string,
  level: number,
): Promise<Float64Array | undefined> {
  try {
    return await reader.read(reader.plan({ parameter, level }));
  } catch (error) {
    if (error instanceof CorruptionError) return undefined;
    throw error;
  }
}
