// Made test/golden/store-v1 with format version 1, once: `npx tsx tools/make-golden-store.ts test/golden/store-v1`.
// Never run it for that folder again: it is there to show that what was stored then can be read for good.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDirectoryStore } from '../src/blob/index.js';
import { commitManifest, deletionManifest } from '../src/catalog/index.js';
import { copyLayer, tagSnapshot, writeLayer } from '../src/layer/index.js';
import { land } from './faults/model/commands/command.js';
import {
  contentOf,
  type LayerSpec,
  layoutOptions,
  levelMethodsOf,
  sourceOf,
} from './faults/model/commands/layer-spec.js';
import { erasureStep, updateStep } from './faults/model/commands/writing-commands.js';
import { formatExpected } from './faults/model/expected-store.js';
import { newestOf, type StoreModel } from './faults/model/layer-model.js';
import { RealStore } from './faults/model/real-store.js';

const sizes = { member: 1, t: 2, z: 1, y: 6, x: 6 };
const tile = { t: 2, z: 1, y: 4, x: 4 };
const common = { sizes, isGlobal: false, calendar: 'standard', second: null } as const;
const layout = { tile, resolution: null, levels: 'auto', segmentBytes: 4096 } as const;

/** Every curve, codec, cell type and level method, packed cells, and records that hold several times. */
const specs: Readonly<Record<string, LayerSpec>> = {
  'hilbert-raw': {
    ...common,
    has: ['member', 't', 'z'],
    first: { packing: 'int16', axes: [], method: 'mean' },
    layout: { ...layout, tile: { t: 2, z: 1, y: 4, x: 8 }, curve: 'hilbert', codec: 'raw' },
    seed: 2,
  },
  'rowmajor-zstd': {
    ...common,
    has: ['t'],
    calendar: '360_day',
    first: { packing: 'uint16', axes: [], method: 'nearest' },
    second: { packing: 'uint32', axes: ['t'], method: 'max' },
    layout: { ...layout, curve: 'rowmajor', codec: 'zstd' },
    seed: 3,
  },
  'shuffled-deflate': {
    ...common,
    has: ['t'],
    isGlobal: true,
    first: { packing: 'float32', axes: [], method: 'mean' },
    second: { packing: 'int32', axes: [], method: 'min' },
    layout: { ...layout, curve: 'hilbert', codec: 'shuffle-deflate' },
    seed: 8,
  },
  'shuffled-zstd': {
    ...common,
    has: ['z'],
    first: { packing: 'float64 with NaN', axes: [], method: 'median' },
    layout: { ...layout, curve: 'zorder', codec: 'shuffle-zstd' },
    seed: 5,
  },
  'zorder-deflate': {
    ...common,
    has: ['t'],
    calendar: 'noleap',
    first: { packing: 'int8', axes: [], method: 'mode' },
    second: { packing: 'uint8', axes: [], method: 'mean' },
    layout: { ...layout, tile: { ...tile, t: 1 }, curve: 'zorder', codec: 'deflate', resolution: 'PT2H' },
    seed: 6,
  },
};

const [folder] = process.argv.slice(2);
if (folder === undefined || existsSync(folder)) {
  console.error('usage: npx tsx tools/make-golden-store.ts <folder that is not there yet>');
  process.exit(2);
}
const model: StoreModel = { layers: new Map() };
const real = await RealStore.open(folder, () => undefined);
for (const [layer, spec] of Object.entries(specs)) {
  const content = contentOf(spec);
  const options = {
    layer,
    levelMethods: levelMethodsOf(content),
    ...layoutOptions(content.grid, spec.layout),
  };
  const { manifest } = await writeLayer(real.store, sourceOf(content), options);
  await land({ model, real }, layer, { sequence: manifest.sequence, content });
}
for (const pick of Object.keys(specs).keys()) {
  // Axes grow, and there are tiles that nobody ever wrote.
  const window = { x: [4, 3], y: [4, 3], picks: 0b001_001_000010, added: 1, skip: 1 } as const;
  const around = { ...window, x: at(window.x), y: at(window.y) };
  await updateStep({ pick, window: around, mode: 'mean', isFirstOnly: false, seed: 20 }).run(model, real);
  // The first tile loses all its cells at some times.
  const corner = { ...window, x: at([0, 4]), y: at([0, 4]), added: 0, skip: 0 } as const;
  await erasureStep({ pick, window: corner, isFirstOnly: true, isBeyond: false }).run(model, real);
}
await tagSnapshot(real.store, { layer: 'hilbert-raw', name: 'first', sequence: 1 });
model.layers.get('hilbert-raw')!.tags.set('first', 1);
const copied = { content: newestOf(model.layers.get('zorder-deflate')!).content };
const copy = await copyLayer(real.store, { layer: 'zorder-deflate', to: 'copied' });
await land({ model, real }, 'copied', { sequence: copy.sequence, ...copied });
// A deletion whose removal was cut short right after its commit.
await copyLayer(openDirectoryStore(folder), { layer: 'shuffled-zstd', to: 'deleted' }, { sequence: 1 });
await commitManifest(real.store, deletionManifest({ layer: 'deleted', sequence: 2 }));
await real.close();
await writeFile(join(folder, '..', `${folder.split('/').at(-1)}.expected.json`), formatExpected(model));

function at([start, length]: readonly [number, number]): [number, number] {
  return [start, length];
}
