import { decodeTile, encodeRecord, type StoredPair } from '../../codec/index.js';
import type { Cells } from '../../raster/index.js';
import type { TileLayout } from '../tile-layout.js';
import { asList, PartialTile } from '../writing/partial-tile.js';
import { encodePair, type StagedTiles, summaryOf } from '../writing/staged-tile.js';
import type { TileEncoding } from '../writing/tile-encoding.js';
import type { RunRecord } from '../writing/write-run.js';
import { hasGaps, type MergeMode, mergeCells } from './merge-cells.js';

/** How staged tiles meet stored ones; `exact`: staged tiles take the place of stored ones, whatever they hold. */
export type RecordMerge = MergeMode | 'erase' | 'exact';

/**
 * The record of one index from what is stored there and what is staged for it. Tiles without a valid cell that an
 * erasure leaves are dropped; undefined when no tile is left.
 */
export async function mergeRecord(
  stored: readonly StoredPair[],
  staged: StagedTiles,
  { encoding, merge }: { readonly encoding: TileEncoding; readonly merge: RecordMerge },
): Promise<Omit<RunRecord, 'index'> | undefined> {
  const pairs = new Map(stored.map((pair) => [pair.key.t, pair]));
  for (const update of staged.whole) {
    const old = pairs.get(update.key.t);
    pairs.set(update.key.t, await mergeWhole(old, update, { encoding, merge }));
  }
  for (const tile of staged.partial) {
    pairs.set(tile.key.t, await mergePartial(pairs.get(tile.key.t), tile, { encoding, merge }));
  }
  const merged = [...pairs.values()]
    .filter(({ tile }) => merge !== 'erase' || tile.summary !== undefined)
    .sort((a, b) => a.key.t - b.key.t);
  if (merged.length === 0) return undefined;
  return { value: encodeRecord(merged), tiles: merged.length, summary: summaryOf(merged) };
}

async function mergeWhole(
  old: StoredPair | undefined,
  update: StoredPair,
  { encoding, merge }: { readonly encoding: TileEncoding; readonly merge: RecordMerge },
): Promise<StoredPair> {
  if (old === undefined || merge === 'exact') return update;
  const cells = await decodeTile(update.tile, encoding.parameter);
  // Every cell is replaced: what is stored need not even be decoded.
  if (merge === 'replace' && !hasGaps(cells, encoding.parameter)) return update;
  return mergeInto(old, cells, { encoding, merge });
}

async function mergePartial(
  old: StoredPair | undefined,
  tile: PartialTile,
  { encoding, merge }: { readonly encoding: TileEncoding; readonly merge: RecordMerge },
): Promise<StoredPair> {
  if (old === undefined) return encodePair(tile, encoding);
  // Padding is no data, which never takes the place of data.
  const update = tile.join(encoding.layout.shape, encoding.parameter);
  return mergeInto(old, update, { encoding, merge, covered: coverOf(tile, encoding.layout) });
}

async function mergeInto(
  old: StoredPair,
  update: Cells,
  job: { readonly encoding: TileEncoding; readonly merge: RecordMerge; readonly covered?: Uint8Array },
): Promise<StoredPair> {
  const { encoding, merge, covered } = job;
  const { parameter, layout } = encoding;
  // A constant or raw tile may be shared memory: cells are changed in a copy.
  const cells = (await decodeTile(old.tile, parameter)).slice() as Cells;
  if (merge === 'erase' || merge === 'exact') {
    for (let i = 0; i < cells.length; i++) if (covered?.[i] !== 0) cells[i] = update[i]!;
  } else {
    mergeCells({ old: cells, update, mode: merge, ...(covered && { covered }) }, parameter);
  }
  const merged = new PartialTile(old.key);
  const window = { start: { t: 0, z: 0, row: 0, col: 0 }, size: layout.shape };
  merged.add({ window, cells: { type: parameter.type, shape: asList(layout.shape), cells } });
  return encodePair(merged, encoding);
}

/** One byte per cell of a tile: 1 where a part of it has arrived. Types without a no-data value need to know. */
function coverOf(tile: PartialTile, { shape }: TileLayout): Uint8Array {
  const covered = new Uint8Array(shape.t * shape.z * shape.row * shape.col);
  for (const { window } of tile.parts) {
    const { start, size } = window;
    for (let t = start.t; t < start.t + size.t; t++) {
      for (let z = start.z; z < start.z + size.z; z++) {
        for (let row = start.row; row < start.row + size.row; row++) {
          const from = ((t * shape.z + z) * shape.row + row) * shape.col + start.col;
          covered.fill(1, from, from + size.col);
        }
      }
    }
  }
  return covered;
}
