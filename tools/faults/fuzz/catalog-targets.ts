import { crc32 } from 'node:zlib';
import { type BlobStore, createMemoryStore } from '../../../src/blob/index.js';
import {
  currentPath,
  headPath,
  identityPath,
  type Manifest,
  manifestPath,
  newestSequence,
  parseHead,
  parseManifest,
  readIdentity,
  readTag,
  tagFolder,
} from '../../../src/catalog/index.js';
import { LayerReader } from '../../../src/layer/index.js';
import { type Random, randomBelow } from '../../random.js';
import { ROT_TAG, rotLayers, writeRotLayers } from '../rot/rot-layers.js';
import type { FuzzAttempt, FuzzTarget } from './fuzz-target.js';
import { mutateBytes, mutateJson } from './mutations.js';

/** Manifests: parsed, and what is accepted is planned with, as a reader would. */
export const manifestTarget: FuzzTarget = {
  name: 'manifest',
  async prepare(): Promise<FuzzAttempt> {
    const store = createMemoryStore();
    await writeRotLayers(store);
    const files = await Promise.all(rotLayers.map(({ name }) => store.get(manifestPath(name, 3))));
    return async (random) => {
      const bytes = mutateSealed(files, random);
      await planSmall(store, parseManifest(bytes, 'fuzzed.json'), random);
    };
  },
};

/** Heads, tags, CURRENT and layer.json. */
export const catalogTarget: FuzzTarget = {
  name: 'catalog',
  async prepare(): Promise<FuzzAttempt> {
    const store = createMemoryStore();
    await writeRotLayers(store);
    const [layer, other] = rotLayers.map(({ name }) => name);
    const read = (path: string, fallback: string) => Promise.all([store.get(path), store.get(fallback)]);
    const tag = (of: string) => `${tagFolder(of)}${ROT_TAG}.json`;
    const heads = await read(headPath(layer!, 3), headPath(other!, 3));
    const tags = await read(tag(layer!), tag(other!));
    const hints = await read(currentPath(layer!), currentPath(other!));
    const identities = await read(identityPath(layer!), identityPath(other!));
    const attempts: readonly FuzzAttempt[] = [
      async (random) => {
        parseHead(mutateSealed(heads, random), 'fuzzed.json');
      },
      async (random) => {
        await store.put(tag(layer!), [mutateSealed(tags, random)]);
        await readTag(store, { layer: layer!, name: ROT_TAG });
      },
      async (random) => {
        await store.put(currentPath(layer!), [mutateBytes(hints[0]!, { random, other: hints[1]! })]);
        const newest = await newestSequence(store, layer!);
        if (newest !== 3) throw new Error(`a damaged hint shows snapshot ${newest}`);
      },
      async (random) => {
        const isJson = random() < 0.7;
        const bytes = isJson
          ? Buffer.from(
              JSON.stringify(mutateJson(JSON.parse(Buffer.from(identities[0]!).toString()), random)) ?? '',
            )
          : mutateBytes(identities[0]!, { random, other: identities[1]! });
        await store.put(identityPath(layer!), [bytes]);
        await readIdentity(store, layer!);
      },
    ];
    return (random) => attempts[randomBelow(random, attempts.length)]!(random);
  },
};

/** Changes of bytes, or of members with the checksum made right again. */
function mutateSealed(files: readonly Uint8Array[], random: Random): Uint8Array {
  const bytes = files[randomBelow(random, files.length)]!;
  const other = files[randomBelow(random, files.length)]!;
  const json = bytes.subarray(0, bytes.indexOf(0x0a));
  const kind = random();
  if (kind < 0.15) return mutateBytes(bytes, { random, other });
  if (kind < 0.3) return sealed(mutateBytes(json, { random, other }));
  return sealed(
    Buffer.from(JSON.stringify(mutateJson(JSON.parse(Buffer.from(json).toString()), random)) ?? ''),
  );
}

function sealed(json: Uint8Array): Uint8Array {
  return Buffer.concat([json, Buffer.from(`\n${crc32(json).toString(16).padStart(8, '0')}\n`)]);
}

/** The first cells of every parameter: planned, and read where the plan finds segments. */
async function planSmall(store: BlobStore, manifest: Manifest, random: Random): Promise<void> {
  const reader = new LayerReader(store, manifest);
  try {
    const one = [{ start: 0, end: 1 }];
    const custom = Object.fromEntries(manifest.grid.custom.map(({ name }) => [name, one]));
    for (const { id } of manifest.parameters.slice(0, 4)) {
      const level = randomBelow(random, Math.min(3, manifest.levels));
      const plan = reader.plan({ parameter: id, level, x: one, y: one, t: one, z: one, custom });
      await reader.read(plan);
      await reader.get({
        level,
        parameter: id,
        col: 0,
        row: 0,
        t: 0,
        z: 0,
        custom: manifest.grid.custom.map(() => 0),
      });
    }
  } finally {
    await reader.close();
  }
}
