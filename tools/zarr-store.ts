import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  chunkPlaces,
  encodeArray,
  encodeChunkBeside,
  groupMetadata,
  type ZarrArraySpec,
} from './zarr2-writer.js';

/** Packed beside each other: packing takes most of the time. */
const CHUNKS_AT_ONCE = 3;

/** Coordinates along one dimension, held whole. */
export interface ZarrAxis {
  readonly spec: ZarrArraySpec;
  readonly values: readonly number[];
}

/** An array whose chunks are computed one by one. */
export interface ZarrField {
  readonly spec: ZarrArraySpec;
  /** Puts the float32 cells of the chunk that begins at `start` into `cells`, in the order of the dimensions. */
  readonly fill: (cells: Float32Array, start: readonly number[]) => void;
}

/** A Zarr v2 store, to be written. */
export interface ZarrStore {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly axes: readonly ZarrAxis[];
  readonly arrays: readonly ZarrField[];
}

/** An axis in one chunk: whole numbers of time, else float64. */
export function zarrAxis(
  name: string,
  values: readonly number[],
  attributes: Readonly<Record<string, unknown>>,
): ZarrAxis {
  const layout = { dims: [name], shape: [values.length], chunks: [values.length] };
  const type = name === 'time' ? '<i4' : '<f8';
  return { spec: { name, ...layout, type, codec: { id: 'none' }, fillValue: null, attributes }, values };
}

/**
 * Writes a store, replacing what was at `folder`.
 *
 * Cost: memory for a few chunks and the axes, whatever the size.
 */
export async function writeZarrStore(folder: string, { attributes, axes, arrays }: ZarrStore): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const specs = [...arrays, ...axes].map(({ spec }) => spec);
  for (const [path, text] of groupMetadata(attributes, specs)) await put(join(folder, path), text);
  for (const { spec, values } of axes) {
    for (const [path, bytes] of encodeArray(spec, values)) await put(join(folder, path), bytes);
  }
  for (const field of arrays) await writeChunks(folder, field);
}

async function writeChunks(folder: string, { spec, fill }: ZarrField): Promise<void> {
  const cells = new Float32Array(spec.chunks.reduce((product, size) => product * size, 1));
  const writing = new Set<Promise<void>>();
  for (const { path, start } of chunkPlaces(spec)) {
    if (writing.size >= CHUNKS_AT_ONCE) await Promise.race(writing);
    fill(cells, start);
    const written = encodeChunkBeside(spec, cells)
      .then((bytes) => writeFile(join(folder, path), bytes))
      .finally(() => writing.delete(written));
    writing.add(written);
  }
  await Promise.all(writing);
}

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
