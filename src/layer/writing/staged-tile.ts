import {
  type CodecName,
  createRecordDecoder,
  encodeRecord,
  encodeTile,
  recordSchema,
  type StoredPair,
} from '../../codec/index.js';
import { CorruptionError } from '../../errors/index.js';
import type { TileKey } from '../../grid/index.js';
import { mergeSummaries, type Parameter, type Summary } from '../../raster/index.js';
import { type TileLayout, tileCells, tileExtent } from '../tile-layout.js';
import { decodeParts, encodeParts, PartialTile } from './partial-tile.js';
import type { AssembledTile } from './tile-assembler.js';

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
): Promise<{ bytes: Uint8Array; summary: Summary | undefined }> {
  if (!isWhole) {
    return { bytes: Buffer.concat([Uint8Array.of(PARTS), encodeParts(tile)]), summary: undefined };
  }
  const pair = await encodePair(tile, encoding);
  const bytes = Buffer.concat([Uint8Array.of(WHOLE), encodeRecord([pair])]);
  return { bytes, summary: pair.tile.summary };
}

/** The record for one index, from everything staged for it in the order of its time tiles. */
export async function mergeStaged(
  staged: readonly Uint8Array[],
  encoding: TileEncoding,
): Promise<{ record: Uint8Array; summary: Summary | undefined }> {
  // The usual case: one tile that came whole is already the record.
  if (staged.length === 1 && staged[0]![0] === WHOLE) {
    return { record: staged[0]!.subarray(1), summary: undefined };
  }
  const pairs: StoredPair[] = [];
  const partial: PartialTile[] = [];
  for (const bytes of staged) {
    if (bytes[0] === WHOLE) pairs.push(...decodeRecord(bytes.subarray(1)));
    else partial.push(decodeParts(bytes.subarray(1), encoding.parameter.type));
  }
  let summary: Summary | undefined;
  for (const tile of joinParts(partial, encoding.layout)) {
    const pair = await encodePair(tile, encoding);
    summary = mergeSummaries(summary, pair.tile.summary);
    pairs.push(pair);
  }
  pairs.sort((a, b) => a.key.t - b.key.t);
  return { record: encodeRecord(pairs), summary };
}

/** The whole tiles that partial ones make up. Tiles of one run and index differ by their time only. */
function joinParts(partial: readonly PartialTile[], layout: TileLayout): Iterable<PartialTile> {
  const tiles = new Map<number, PartialTile>();
  for (const { key, parts } of partial) {
    const tile = tiles.get(key.t) ?? new PartialTile(key);
    tiles.set(key.t, tile);
    for (const part of parts) tile.add(part);
  }
  for (const tile of tiles.values()) requireWhole(tile.key, tile.arrived, layout);
  return tiles.values();
}

function requireWhole(key: TileKey, found: number, layout: TileLayout): void {
  const expected = tileCells(tileExtent(key, layout).size);
  if (found !== expected) {
    throw new CorruptionError('staged parts do not make up the tile', { key, expected, found });
  }
}

async function encodePair(tile: PartialTile, encoding: TileEncoding): Promise<StoredPair> {
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
