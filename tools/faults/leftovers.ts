import { existsSync } from 'node:fs';
import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type BlobStore, openDirectoryStore } from '../../src/blob/index.js';
import {
  currentPath,
  headPath,
  identityPath,
  isDeletion,
  listManifests,
  manifestPath,
  readManifest,
  segmentFolder,
} from '../../src/catalog/index.js';
import { collectGarbage, verifyLayer } from '../../src/layer/index.js';
import { formatSegmentName } from '../../src/segment/index.js';

/**
 * Collects garbage in a copy of a store and looks at what is left: nothing but what the snapshots that stay list,
 * and these are sound. The store itself stays as it is, so that work cut short can still go on in it.
 *
 * Throws: an Error that names what should not be there.
 */
export async function requireCleanAfterGarbage(folder: string, copy: string): Promise<void> {
  await linkTree(folder, copy);
  const store = openDirectoryStore(copy);
  const report = await collectGarbage(store, {
    graceMs: 0,
    keep: 1,
    stagingDirectory: join(copy, 'staging'),
  });
  const errors = report.layers.filter(({ error }) => error !== undefined);
  if (errors.length > 0) throw new Error(`gc: ${JSON.stringify(errors)}`);
  await requireNoLeftovers(copy);
  await requireSound(store);
  await rm(copy, { recursive: true });
}

/** Throws: an Error that names the files that no snapshot of a store needs. */
export async function requireNoLeftovers(folder: string): Promise<void> {
  const store = openDirectoryStore(folder);
  const needed = new Set<string>();
  for (const layer of await store.listNames('layers/')) {
    for (const path of await neededFiles(store, layer)) needed.add(path);
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const left = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !needed.has(path));
  if (left.length > 0) throw new Error(`left in the store: ${left.join(', ')}`);
}

/** Throws: an Error that names the faults of any snapshot, of any layer, that a store has. */
export async function requireSound(store: BlobStore): Promise<void> {
  for (const layer of await store.listNames('layers/')) {
    for (const { sequence } of await listManifests(store, layer)) {
      if (await isDeletion(store, { layer, sequence })) continue;
      const { faults } = await verifyLayer(store, layer, { sequence });
      if (faults.length > 0) throw new Error(`snapshot ${sequence} of ${layer}: ${JSON.stringify(faults)}`);
    }
  }
}

/** Of every snapshot there is. The names of the campaigns' layers and parameters are spelt as they are. */
async function neededFiles(store: BlobStore, layer: string): Promise<string[]> {
  const manifests = await listManifests(store, layer);
  if (manifests.length === 0) return [];
  const files = [identityPath(layer), currentPath(layer)];
  for (const { sequence } of manifests) {
    files.push(manifestPath(layer, sequence), headPath(layer, sequence));
    for (const { level, parameter, partition, segments } of (await readManifest(store, { layer, sequence }))
      .runs) {
      const folder = `${segmentFolder(layer)}${level}/${parameter}/${partition}/`;
      files.push(...segments.map((segment) => folder + formatSegmentName(segment)));
    }
  }
  return files;
}

/** A second name for every file: a collection removes names and changes no file. */
async function linkTree(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  if (!existsSync(from)) return;
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    if (entry.isDirectory()) await mkdir(target, { recursive: true });
    else {
      await mkdir(dirname(target), { recursive: true });
      await link(source, target);
    }
  }
}
