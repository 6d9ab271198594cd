import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type BlobStore, openDirectoryStore } from '../../src/blob/index.js';
import { listTags, openManifest } from '../../src/catalog/index.js';
import { NotFoundError } from '../../src/errors/index.js';
import { collectGarbage, LayerReader, rebuildLayer, verifyLayer } from '../../src/layer/index.js';
import { checkStore } from '../../tools/faults/model/commands/reading-commands.js';
import { erasureStep, updateStep } from '../../tools/faults/model/commands/writing-commands.js';
import { parseExpected } from '../../tools/faults/model/expected-store.js';
import type { StoreModel } from '../../tools/faults/model/layer-model.js';
import { RealStore } from '../../tools/faults/model/real-store.js';
import { makeFolder, removeFolders } from '../cli/command-line.js';

const GOLDEN = join(import.meta.dirname, 'store-v1');

afterAll(removeFolders);

/** A copy of the store that format version 1 made, and what it must show. */
async function copyOfGolden(): Promise<{ real: RealStore; model: StoreModel; folder: string }> {
  const folder = join(await makeFolder(), 'store');
  await cp(GOLDEN, folder, { recursive: true });
  const model = parseExpected(await readFile(`${GOLDEN}.expected.json`, 'utf8'));
  return { real: await RealStore.open(folder, () => undefined), model, folder };
}

/** Of what there is in the store, everything of one kind. */
async function kindsOf(store: BlobStore, { layers }: StoreModel) {
  const manifests = await Promise.all([...layers.keys()].map((layer) => openManifest(store, { layer })));
  const parameters = manifests.flatMap((manifest) => manifest.parameters);
  return {
    curves: new Set(manifests.map(({ keyIndex }) => keyIndex.curve.name)),
    codecs: new Set(manifests.map(({ codec }) => codec)),
    types: new Set(parameters.map(({ type }) => type)),
  };
}

describe('a store that format version 1 made', () => {
  it('has every curve, codec and cell type', async () => {
    const { real, model } = await copyOfGolden();
    const { curves, codecs, types } = await kindsOf(real.store, model);
    expect([...curves].sort()).toEqual(['hilbert', 'rowmajor', 'zorder']);
    expect([...codecs].sort()).toEqual(['deflate', 'raw', 'shuffle-deflate', 'shuffle-zstd', 'zstd']);
    expect(types.size).toBe(8);
  });

  it('shows every cell of every snapshot and level, and verifies', async () => {
    const { real, model } = await copyOfGolden();
    // A deleted layer whose files are still there is no layer.
    await expect(LayerReader.open(real.store, 'deleted')).rejects.toThrow(NotFoundError);
    await collectGarbage(real.store, { layer: 'deleted', graceMs: 0, nowMs: Date.now() + 60_000 });
    await checkStore(model, real);
    const [tag] = await listTags(real.store, 'hilbert-raw');
    expect(tag).toMatchObject({ name: 'first', sequence: 1 });
    await real.close();
  });

  it('can be updated, erased and rebuilt, and shows that, too', async () => {
    const { real, model } = await copyOfGolden();
    await collectGarbage(real.store, { layer: 'deleted', graceMs: 0, nowMs: Date.now() + 60_000 });
    const names = [...model.layers.keys()].sort();
    for (const pick of names.keys()) {
      const window = { x: [3, 4], y: [2, 6], picks: 0xfff, added: 1, skip: 0 } as const;
      const around = { ...window, x: [3, 4] as [number, number], y: [2, 6] as [number, number] };
      await updateStep({ pick, window: around, mode: 'max', isFirstOnly: false, seed: 42 }).run(model, real);
      const inside = { ...around, added: 0 } as const;
      await erasureStep({ pick, window: inside, isFirstOnly: true, isBeyond: false }).run(model, real);
    }
    for (const name of names) {
      const { snapshots } = model.layers.get(name)!;
      const sequence = Math.min(...snapshots.keys());
      const { snapshot } = await rebuildLayer(real.store, name, { isForced: true, sequence });
      snapshots.set(snapshot, snapshots.get(sequence)!);
      expect((await verifyLayer(real.store, name)).faults).toEqual([]);
    }
    await checkStore(model, real);
    await real.close();
  });

  it('is not written by reading it', async () => {
    const { real, model, folder } = await copyOfGolden();
    for (const layer of model.layers.keys()) await verifyLayer(real.store, layer);
    const golden = openDirectoryStore(GOLDEN);
    for await (const { path } of real.store.list('')) {
      expect(Buffer.compare(await golden.get(path), await readFile(join(folder, path)))).toBe(0);
    }
  });
});
