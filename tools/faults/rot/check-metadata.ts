import type { BlobStore } from '../../../src/blob/index.js';
import {
  currentPath,
  headPath,
  identityPath,
  manifestFolder,
  manifestPath,
  newestSequence,
  readTag,
  tagFolder,
} from '../../../src/catalog/index.js';
import { CorruptionError, TilecurveError, UnsupportedError } from '../../../src/errors/index.js';
import { LayerReader, listSnapshots, rebuildLayer, verifyLayer } from '../../../src/layer/index.js';
import { requireEqual } from './check-segment.js';
import type { LayerOracle } from './layer-oracle.js';
import { ROT_TAG } from './rot-layers.js';

/** The files of a layer beside its segments. */
export const metadataNames = ['manifest', 'older-manifest', 'head', 'hint', 'identity', 'tag'] as const;

export type MetadataName = (typeof metadataNames)[number];

/** Where one of them lies. */
export function metadataPath(name: MetadataName, { layer, manifest }: LayerOracle): string {
  switch (name) {
    case 'manifest':
      return manifestPath(layer.name, manifest.sequence);
    case 'older-manifest':
      return manifestPath(layer.name, manifest.sequence - 1);
    case 'head':
      return headPath(layer.name, manifest.sequence);
    case 'hint':
      return currentPath(layer.name);
    case 'identity':
      return identityPath(layer.name);
    case 'tag':
      return `${tagFolder(layer.name)}${ROT_TAG}.json`;
    default:
      return name satisfies never;
  }
}

/**
 * With one of these files damaged the newest snapshot is answered as it is, or refused by the file's name; never is
 * an older one shown in its place.
 *
 * Throws: an Error that says what happened instead.
 */
export async function checkMetadata(
  name: MetadataName,
  store: BlobStore,
  oracle: LayerOracle,
): Promise<void> {
  const { layer, manifest } = oracle;
  const path = metadataPath(name, oracle);
  if (name === 'manifest') {
    await expectRefusal(path, () => LayerReader.open(store, layer.name));
    await expectRefusal(path, () => verifyLayer(store, layer.name));
    const snapshots = await listSnapshots(store, layer.name);
    if (snapshots.at(-1)?.error === undefined) throw new Error('the snapshot is listed as if it were intact');
    return;
  }
  if ((await newestSequence(store, layer.name)) !== manifest.sequence)
    throw new Error('an older snapshot is shown');
  const reader = await LayerReader.open(store, layer.name);
  const { id } = manifest.parameters[0]!;
  const values = await reader.read(reader.plan({ parameter: id, level: manifest.levels - 1 }));
  requireEqual(values, oracle.valuesOf(id, manifest.levels - 1).values, `${name} damaged: ${id}`);
  if ((await reader.refresh()).manifest.sequence !== manifest.sequence)
    throw new Error('an older snapshot is shown');
  await reader.close();
  await checkOwnReaders(name, store, oracle);
}

/** What reads just this file finds the damage. */
async function checkOwnReaders(name: MetadataName, store: BlobStore, oracle: LayerOracle): Promise<void> {
  const { layer, manifest } = oracle;
  const path = metadataPath(name, oracle);
  if (name === 'older-manifest') {
    const sequence = manifest.sequence - 1;
    await expectRefusal(path, () => LayerReader.open(store, layer.name, { sequence }));
  }
  if (name === 'tag') await expectRefusal(path, () => readTag(store, { layer: layer.name, name: ROT_TAG }));
  if (name === 'identity') {
    const { faults } = await verifyLayer(store, layer.name);
    if (!faults.some((fault) => fault.path === path)) throw new Error('verify does not find it');
  }
}

/** A layer whose manifests are lost is not rebuilt from a damaged head. */
export async function checkRebuildFromHead(store: BlobStore, oracle: LayerOracle): Promise<void> {
  const layer = oracle.layer.name;
  for await (const { path } of store.list(manifestFolder(layer))) await store.delete(path);
  await expectRefusal(metadataPath('head', oracle), () => rebuildLayer(store, layer));
}

async function expectRefusal(path: string, read: () => Promise<unknown>): Promise<void> {
  try {
    await read();
  } catch (error) {
    const isNamed = error instanceof TilecurveError && String(error.fields.path).endsWith(path);
    if (isNamed && (error instanceof CorruptionError || error instanceof UnsupportedError)) return;
    throw error;
  }
  throw new Error(`${path} was read as if it were intact`);
}
