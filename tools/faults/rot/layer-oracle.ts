import type { BlobStore } from '../../../src/blob/index.js';
import {
  type Manifest,
  type RunEntry,
  readManifest,
  type SegmentEntry,
  segmentFolder,
} from '../../../src/catalog/index.js';
import { createRecordDecoder, decodeTile } from '../../../src/codec/index.js';
import { encodeName, type TileKey } from '../../../src/grid/index.js';
import { LayerReader, type QueryPlan } from '../../../src/layer/index.js';
import type { Cells } from '../../../src/raster/index.js';
import { formatSegmentName, openSegment } from '../../../src/segment/index.js';
import { layerValue, type RotLayer } from './rot-layers.js';

/** Where a record lies, and the tiles it holds. */
export interface KnownRecord {
  readonly offset: number;
  readonly length: number;
  readonly index: number;
  readonly keys: readonly TileKey[];
}

/** An intact segment, as a reader found it. */
export interface KnownSegment {
  readonly path: string;
  readonly level: number;
  readonly parameter: string;
  readonly sizeBytes: number;
  readonly tailBytes: number;
  readonly records: readonly KnownRecord[];
}

/** What an intact layer answers, learnt before anything is damaged. */
export interface LayerOracle {
  readonly layer: RotLayer;
  readonly manifest: Manifest;
  readonly segments: readonly KnownSegment[];
  /** Of the first snapshot, and of no later one. */
  readonly replaced: readonly KnownSegment[];
  readonly keys: readonly TileKey[];
  /** Cells of a tile as stored. */
  cellsOf(key: TileKey): Cells;
  /** All values of a parameter at a level, and the plan that gives them. */
  valuesOf(parameter: string, level: number): { readonly plan: QueryPlan; readonly values: Float64Array };
}

/**
 * Reads a whole layer. Its native level must be what the source has, computed here once more.
 *
 * Throws: an Error when it is not.
 */
export async function learnLayer(store: BlobStore, layer: RotLayer): Promise<LayerOracle> {
  const reader = await LayerReader.open(store, layer.name);
  const { manifest } = reader;
  const cells = new Map<string, Cells>();
  const keys: TileKey[] = [];
  const segments = await learnSegments(store, manifest);
  const first = await learnSegments(store, await readManifest(store, { layer: layer.name, sequence: 1 }));
  const paths = new Set(segments.map(({ path }) => path));
  for (const key of segments.flatMap(({ records }) => records.flatMap((record) => record.keys))) {
    const lookup = await reader.get(key);
    if (lookup.kind !== 'found') throw new Error(`tile ${JSON.stringify(key)} is not found in ${layer.name}`);
    cells.set(JSON.stringify(key), await decodeTile(lookup.tile, reader.parameter(key.parameter)));
    keys.push(key);
  }
  const values = new Map<string, { plan: QueryPlan; values: Float64Array }>();
  for (const { id } of manifest.parameters) {
    for (let level = 0; level < manifest.levels; level++) {
      const plan = reader.plan({ parameter: id, level });
      values.set(`${id}/${level}`, { plan, values: await reader.read(plan) });
    }
    requireSource(layer, id, values.get(`${id}/0`)!);
  }
  await reader.close();
  return {
    layer,
    manifest,
    segments,
    replaced: first.filter(({ path }) => !paths.has(path)),
    keys,
    cellsOf: (key) => cells.get(JSON.stringify(key))!,
    valuesOf: (parameter, level) => values.get(`${parameter}/${level}`)!,
  };
}

async function learnSegments(store: BlobStore, manifest: Manifest): Promise<KnownSegment[]> {
  const segments: KnownSegment[] = [];
  for (const run of manifest.runs) {
    for (const entry of run.segments) segments.push(await learnSegment(store, { manifest, run, entry }));
  }
  return segments;
}

async function learnSegment(
  store: BlobStore,
  { manifest, run, entry }: { manifest: Manifest; run: RunEntry; entry: SegmentEntry },
): Promise<KnownSegment> {
  const { level, parameter, partition } = run;
  const folder = `${segmentFolder(manifest.layer)}${level}/${encodeName(parameter)}/${partition}/`;
  const path = folder + formatSegmentName(entry);
  const handle = await store.open(path);
  const { sizeBytes, tailBytes } = entry;
  const reader = await openSegment(handle, { name: entry, sizeBytes, run: { level, parameter, partition } });
  const decode = createRecordDecoder(reader.schema);
  const records: KnownRecord[] = [];
  for (let k = 0; k < reader.count; k++) {
    const pairs = decode(await reader.read(k));
    records.push({ ...reader.locate(k), index: reader.indexAt(k), keys: pairs.map(({ key }) => key) });
  }
  await handle.close();
  return { path, level, parameter, sizeBytes, tailBytes, records };
}

function requireSource(
  layer: RotLayer,
  id: string,
  { plan, values }: { plan: QueryPlan; values: Float64Array },
): void {
  const parameter = layer.spec.parameters.find((candidate) => candidate.id === id)!;
  const names = plan.dims;
  values.forEach((value, i) => {
    const at: Record<string, number> = {};
    let rest = i;
    for (let d = names.length - 1; d >= 0; d--) {
      at[names[d]!] = rest % plan.shape[d]!;
      rest = Math.floor(rest / plan.shape[d]!);
    }
    const expected = layerValue(layer, parameter, at);
    if (!Object.is(value, expected)) {
      throw new Error(`${layer.name} ${id} ${JSON.stringify(at)} is ${value}, the source has ${expected}`);
    }
  });
}
