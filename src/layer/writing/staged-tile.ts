import {
  createRecordDecoder,
  encodeRecord,
  encodeTile,
  recordSchema,
  type StoredPair,
} from '../../codec/index.js';
import type { CurveIndex } from '../../curve/index.js';
import { CorruptionError } from '../../errors/index.js';
import type { TileKey } from '../../grid/index.js';
import { type CellType, mergeSummaries, type Summary } from '../../raster/index.js';
import { type TileLayout, tileCells, tileExtent } from '../tile-layout.js';
import { decodeParts, encodeParts, PartialTile } from './partial-tile.js';
import type { TileEncoding } from './tile-encoding.js';
import { PARTS, WHOLE, type WorkedTile } from './tile-work.js';
import type { RunRecord } from './write-run.js';

const decodeRecord = createRecordDecoder(recordSchema);

/**
 * What has arrived of a tile as it waits in staging: a byte that says that it is not whole, then the parts. A whole
 * one waits as `workOnTile` leaves it.
 */
export function encodeStagedParts(tile: PartialTile): Uint8Array {
  return Buffer.concat([Uint8Array.of(PARTS), encodeParts(tile)]);
}

/** What is staged for one index, sorted out: tiles that came whole, and parts joined by tile. */
export interface StagedTiles {
  readonly whole: readonly StoredPair[];
  readonly partial: readonly PartialTile[];
}

/** Reads back what is staged for one index. */
export function decodeStaged(staged: readonly Uint8Array[], type: CellType): StagedTiles {
  const whole: StoredPair[] = [];
  // Tiles of one run and index differ by their time only.
  const partial = new Map<number, PartialTile>();
  for (const bytes of staged) {
    if (bytes[0] === WHOLE) {
      whole.push(...decodeRecord(bytes.subarray(1)));
      continue;
    }
    const { key, parts } = decodeParts(bytes.subarray(1), type);
    const tile = partial.get(key.t) ?? new PartialTile(key);
    partial.set(key.t, tile);
    for (const part of parts) tile.add(part);
  }
  return { whole, partial: [...partial.values()] };
}

/**
 * The record for one index of a new layer, from everything staged for it. Parts must make up whole tiles; `complete`
 * encodes those.
 */
export async function mergeStaged(
  staged: readonly Uint8Array[],
  { parameter, layout }: TileEncoding,
  complete: (tile: PartialTile) => Promise<WorkedTile>,
): Promise<{ value: Uint8Array; tiles: number; summary: Summary | undefined }> {
  const { whole, partial } = decodeStaged(staged, parameter.type);
  const pairs = [...whole];
  let value = staged[0]!.subarray(1);
  for (const tile of partial) {
    requireWhole(tile.key, tile.arrived, layout);
    const { bytes } = await complete(tile);
    value = bytes.subarray(1);
    pairs.push(...decodeRecord(value));
  }
  pairs.sort((a, b) => a.key.t - b.key.t);
  // The usual case: one tile alone is already the record.
  if (pairs.length > 1) value = encodeRecord(pairs);
  return { value, tiles: pairs.length, summary: summaryOf(pairs) };
}

/** What the tiles of a record add up to. */
export function summaryOf(pairs: readonly StoredPair[]): Summary | undefined {
  return pairs.reduce<Summary | undefined>((sum, { tile }) => mergeSummaries(sum, tile.summary), undefined);
}

/** A record that stays as it is: its own bytes where they are still readable by everyone, else written anew. */
export function encodeRecordOf(
  index: number,
  value: Uint8Array | undefined,
  pairs: readonly StoredPair[],
): RunRecord {
  const bytes = value ?? encodeRecord(pairs);
  return { index: index as CurveIndex, value: bytes, tiles: pairs.length, summary: summaryOf(pairs) };
}

function requireWhole(key: TileKey, found: number, layout: TileLayout): void {
  const expected = tileCells(tileExtent(key, layout).size);
  if (found !== expected) {
    throw new CorruptionError('staged parts do not make up the tile', { key, expected, found });
  }
}

/** Encodes the cells of a tile, padded where it has none. */
export async function encodePair(tile: PartialTile, encoding: TileEncoding): Promise<StoredPair> {
  const { parameter, layout, codec } = encoding;
  const stored = await encodeTile({
    type: parameter.type,
    shape: layout.shape,
    cells: tile.join(layout.shape, parameter),
    extent: tileExtent(tile.key, layout).size,
    parameter,
    codec,
  });
  return { key: tile.key, tile: stored };
}
