import type { BlobStore } from '../../../src/blob/index.js';
import { listLayers, listTags } from '../../../src/catalog/index.js';
import { LayerReader, verifyLayer } from '../../../src/layer/index.js';
import { type PlaneBlock, planeSize, planeValue } from './plane-source.js';

const MAX_REMEMBERED = 10_000;

/** All cells of a layer's native level in the order time, row, column; null for no data. */
export type Cells = readonly (number | null)[];

/** What a store shows: the cells of every layer, and of every tagged snapshot by `layer:tag`. */
export interface StoreWorld {
  readonly layers: Readonly<Record<string, Cells>>;
  readonly tags: Readonly<Record<string, Cells>>;
}

export const emptyWorld: StoreWorld = { layers: {}, tags: {} };

/** The same text for the same world. */
export function worldText({ layers, tags }: StoreWorld): string {
  const sorted = (cells: Readonly<Record<string, Cells>>) =>
    Object.entries(cells).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted(layers), sorted(tags)]);
}

/** In words for people: which layers with which fields in them. */
export function describeWorld({ layers, tags }: StoreWorld): string {
  const fieldsOf = (cells: Cells) =>
    [...new Set(cells.map((cell) => (cell === null ? '-' : Math.floor(cell / 10_000))))].join('+');
  const list = (entries: Readonly<Record<string, Cells>>) =>
    Object.entries(entries).map(([name, cells]) => `${name}=${cells.length} cells of ${fieldsOf(cells)}`);
  return [...list(layers), ...list(tags)].join(', ') || 'nothing';
}

/** The cells with those of a block replaced: by a field's, or by no data. The block may add times at the end. */
export function withBlock(cells: Cells, block: PlaneBlock, seed: number | undefined): Cells {
  const made = [...cells];
  for (let time = block.times[0]; time < block.times[1]; time++) {
    for (let row = block.rows[0]; row < block.rows[1]; row++) {
      for (let col = block.cols[0]; col < block.cols[1]; col++) {
        const value = seed === undefined ? null : planeValue(seed, [time, row, col]);
        made[(time * planeSize + row) * planeSize + col] = value;
      }
    }
  }
  return Array.from(made, (cell) => cell ?? null);
}

/** Knows the bytes of a layer's files, so that what was read of the same bytes before need not be read again. */
export interface LayerMemory {
  digestOf(layer: string): string;
}

/**
 * Reads everything a store shows, every byte of it verified.
 *
 * Throws: an Error for a layer that `verify` finds faults in, or whatever reading it threw.
 */
export async function readWorld(store: BlobStore, memory?: LayerMemory): Promise<StoreWorld> {
  const layers: Record<string, Cells> = {};
  const tags: Record<string, Cells> = {};
  for (const layer of await listLayers(store)) {
    const found = await (memory ? rememberLayer(store, layer, memory) : readLayer(store, layer));
    layers[layer] = found.cells;
    for (const [name, cells] of Object.entries(found.tagged)) tags[`${layer}:${name}`] = cells;
  }
  return { layers, tags };
}

interface LayerContent {
  readonly cells: Cells;
  readonly tagged: Readonly<Record<string, Cells>>;
}

const remembered = new Map<string, LayerContent>();

async function rememberLayer(store: BlobStore, layer: string, memory: LayerMemory): Promise<LayerContent> {
  const digest = `${layer} ${memory.digestOf(layer)}`;
  const known = remembered.get(digest);
  if (known) return known;
  const content = await readLayer(store, layer);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(digest, content);
  return content;
}

async function readLayer(store: BlobStore, layer: string): Promise<LayerContent> {
  const tagged: Record<string, Cells> = {};
  for (const { name, sequence } of await listTags(store, layer)) {
    tagged[name] = await readCells(store, layer, sequence);
  }
  return { cells: await readCells(store, layer), tagged };
}

async function readCells(store: BlobStore, layer: string, sequence?: number): Promise<Cells> {
  const { faults } = await verifyLayer(store, layer, { sequence });
  if (faults.length > 0) throw new Error(`faults of ${layer}: ${JSON.stringify(faults)}`);
  const reader = await LayerReader.open(store, layer, { sequence });
  try {
    const values = await reader.read(reader.plan({ parameter: 'p' }));
    return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  } finally {
    await reader.close();
  }
}
