import {
  type CodecName,
  createRecordDecoder,
  encodeRecord,
  encodeTile,
  recordSchema,
  type StoredPair,
} from '../../codec/index.js';
import type { CurveIndex } from '../../curve/index.js';
import { CorruptionError } from '../../errors/index.js';
import type { TileKey } from '../../grid/index.js';
import { type CellType, mergeSummaries, type Parameter, type Summary } from '../../raster/index.js';
import { type TileLayout, tileCells, tileExtent } from '../tile-layout.js';
import { decodeParts, encodeParts, PartialTile } from './partial-tile.js';
import type { AssembledTile } from './tile-assembler.js';
import type { RunRecord } from './write-run.js';

/** First byte of a staged value. */
const WHOLE = 0;
const PARTS = 1;

const decodeRecord = createRecordDecoder(recordSchema);

/** How the tiles of one parameter are encoded. */
export interface TileEncoding {
  readonly parameter: Parameter;
  readonly layout: TileLayout;
  readonly codec: CodecName;
}

/**
 * A tile as it waits in staging: a byte that says whether it is whole, then the record it would make alone,
 * or the parts of it that have arrived.
 */
export async function encodeStaged(
  { tile, isWhole }: AssembledTile,
  encoding: TileEncoding,
): Promise<Uint8Array> {
  if (!isWhole) return Buffer.concat([Uint8Array.of(PARTS), encodeParts(tile)]);
  return Buffer.concat([Uint8Array.of(WHOLE), encodeRecord([await encodePair(tile, encoding)])]);
}

/** What is staged for one index, sorted out: tiles that came whole, and parts joined by tile. */
export interface StagedTiles {
  readonly whole: readonly StoredPair[];
  readonly partial: readonly PartialTile[];
}

/** Reads back what `encodeStaged` wrote for one index. */
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

/** The record for one index of a new layer, from everything staged for it: parts must make up whole tiles. */
export async function mergeStaged(
  staged: readonly Uint8Array[],
  encoding: TileEncoding,
): Promise<{ value: Uint8Array; tiles: number; summary: Summary | undefined }> {
  const { whole, partial } = decodeStaged(staged, encoding.parameter.type);
  const pairs = [...whole];
  for (const tile of partial) {
    requireWhole(tile.key, tile.arrived, encoding.layout);
    pairs.push(await encodePair(tile, encoding));
  }
  pairs.sort((a, b) => a.key.t - b.key.t);
  // The usual case: one tile that came whole is already the record.
  const isReady = staged.length === 1 && partial.length === 0;
  const value = isReady ? staged[0]!.subarray(1) : encodeRecord(pairs);
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
