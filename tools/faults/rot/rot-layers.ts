import type { BlobStore } from '../../../src/blob/index.js';
import {
  rollbackLayer,
  tagSnapshot,
  updateLayer,
  type WriteOptions,
  writeLayer,
} from '../../../src/layer/index.js';
import { type SampleParameter, type SampleSpec, sampleSource, sampleValue } from './sample-source.js';

/** A layer that is written to be damaged. */
export interface RotLayer {
  readonly name: string;
  readonly spec: SampleSpec;
  readonly options: WriteOptions;
}

// Small segments, so that every run has several of them; between them the layers have every curve, several codecs
// and cell types, tiles that share an index, levels, and runs told apart by z and by a custom axis.
const SMALL = { segmentBytes: 8192 } as const;

/** One for each way of laying out a layer; `twin` has other values in the same places as `hours`. */
export const rotLayers: readonly RotLayer[] = [
  {
    name: 'hours',
    spec: {
      seed: 1,
      shape: { t: 12, y: 40, x: 48 },
      chunk: 20,
      parameters: [{ id: 'temperature', type: 'float32', axes: ['t'] }],
    },
    options: { ...SMALL, curve: 'hilbert', temporalResolution: 'PT6H', tileShape: tile(2, 16, 16) },
  },
  {
    name: 'twin',
    spec: {
      seed: 2,
      shape: { t: 12, y: 40, x: 48 },
      chunk: 20,
      parameters: [{ id: 'temperature', type: 'float32', axes: ['t'] }],
    },
    options: { ...SMALL, curve: 'hilbert', temporalResolution: 'PT6H', tileShape: tile(2, 16, 16) },
  },
  {
    name: 'members',
    spec: {
      seed: 3,
      shape: { member: 2, t: 4, z: 2, y: 32, x: 40 },
      chunk: 16,
      parameters: [
        { id: 'wind', type: 'int16', axes: ['member', 't', 'z'], scale: 0.01, offset: -20, noData: -32768 },
        { id: 'cloud', type: 'uint8', axes: ['t'], noData: 255 },
      ],
    },
    options: { ...SMALL, curve: 'rowmajor', codec: 'raw', tileShape: tile(2, 16, 16) },
  },
  {
    name: 'doubles',
    spec: {
      seed: 4,
      shape: { t: 6, y: 24, x: 24 },
      chunk: 10,
      parameters: [{ id: 'pressure', type: 'float64', axes: ['t'] }],
    },
    options: { ...SMALL, curve: 'zorder', codec: 'shuffle-zstd', levels: 1, tileShape: tile(3, 8, 8) },
  },
];

/** The tag that every layer has on its first snapshot. */
export const ROT_TAG = 'first';

/**
 * Writes all layers, each with three snapshots: the first, one with a part of its cells changed (so that there are
 * segments of two generations) and one that has the content of the second again.
 */
export async function writeRotLayers(store: BlobStore): Promise<void> {
  for (const layer of rotLayers) {
    await writeLayer(store, sampleSource(layer.spec), { ...layer.options, layer: layer.name });
    await tagSnapshot(store, { layer: layer.name, name: ROT_TAG, sequence: 1 });
    await updateLayer(store, sampleSource(changedPart(layer.spec)), { ...SMALL, layer: layer.name });
    await rollbackLayer(store, { layer: layer.name, to: 2 });
  }
}

/** The first instants of a layer with other values: what the second snapshot has changed. */
export function changedPart(spec: SampleSpec): SampleSpec {
  return { ...spec, seed: spec.seed + 100, shape: { ...spec.shape, t: 2 } };
}

/** The physical value of a cell of the newest snapshot; NaN for no data. */
export function layerValue(
  { spec }: RotLayer,
  parameter: SampleParameter,
  at: Readonly<Record<string, number>>,
): number {
  const changed = changedPart(spec);
  const isChanged = (at.t ?? 0) < changed.shape.t;
  // A cell without data does not take the place of one that has some.
  const stored = [...(isChanged ? [changed] : []), spec]
    .map((from) => sampleValue(from, parameter, at))
    .find((value) => !Number.isNaN(value) && value !== parameter.noData);
  return stored === undefined ? Number.NaN : stored * (parameter.scale ?? 1) + (parameter.offset ?? 0);
}

function tile(t: number, row: number, col: number) {
  return { t, z: 1, row, col };
}
