import {
  type CodecName,
  createRecordDecoder,
  decodeTile,
  encodeRecord,
  encodeTile,
  recordSchema,
  type StoredPair,
} from '../../codec/index.js';
import { CorruptionError } from '../../errors/index.js';
import { type CellArray, mergeSummaries, type Parameter, type Summary } from '../../raster/index.js';
import { type TileLayout, tileCells, tileExtent } from '../tile-layout.js';
import { asList, decodeWindows, encodeWindows, PartialTile, type TileWindow } from './partial-tile.js';
import type { AssembledTile } from './tile-assembler.js';

/** First byte of a staged value. */
const WHOLE = 0;
const PARTIAL = 1;

const decodeRecord = createRecordDecoder(recordSchema);

/**
 * A tile as it waits in staging: a byte that says whether it is whole, the windows that have arrived
 * when it is not, then the record it would make alone.
 */
export async function encodeStaged(
  { tile, isWhole }: AssembledTile,
  options: { parameter: Parameter; layout: TileLayout; codec: CodecName },
): Promise<{ bytes: Uint8Array; summary: Summary | undefined }> {
  const stored = await encodeTile({
    type: options.parameter.type,
    shape: tile.shape,
    cells: tile.cells,
    extent: tileExtent(tile.key, options.layout).size,
    parameter: options.parameter,
    codec: isWhole ? options.codec : 'raw',
  });
  const record = encodeRecord([{ key: tile.key, tile: stored }]);
  const head = isWhole ? [Uint8Array.of(WHOLE)] : [Uint8Array.of(PARTIAL), encodeWindows(tile.windows)];
  return { bytes: Buffer.concat([...head, record]), summary: isWhole ? stored.summary : undefined };
}

/** The record for one index, from everything staged for it in the order of its time tiles. */
export async function mergeStaged(
  staged: readonly Uint8Array[],
  options: { parameter: Parameter; layout: TileLayout; codec: CodecName },
): Promise<{ record: Uint8Array; summary: Summary | undefined }> {
  // The usual case: one tile that came whole is already the record.
  if (staged.length === 1 && staged[0]![0] === WHOLE) {
    return { record: staged[0]!.subarray(1), summary: undefined };
  }
  const pairs: StoredPair[] = [];
  const parts = new Map<string, { pair: StoredPair; windows: readonly TileWindow[] }[]>();
  for (const bytes of staged) {
    if (bytes[0] === WHOLE) {
      pairs.push(onlyPair(bytes.subarray(1)));
    } else {
      const { windows, byteLength } = decodeWindows(bytes.subarray(1));
      const pair = onlyPair(bytes.subarray(1 + byteLength));
      const id = JSON.stringify(pair.key);
      parts.set(id, [...(parts.get(id) ?? []), { pair, windows }]);
    }
  }
  let summary: Summary | undefined;
  for (const part of parts.values()) {
    const pair = await joinParts(part, options);
    summary = mergeSummaries(summary, pair.tile.summary);
    pairs.push(pair);
  }
  pairs.sort((a, b) => a.key.t - b.key.t);
  return { record: encodeRecord(pairs), summary };
}

async function joinParts(
  parts: readonly { pair: StoredPair; windows: readonly TileWindow[] }[],
  options: { parameter: Parameter; layout: TileLayout; codec: CodecName },
): Promise<StoredPair> {
  const { key } = parts[0]!.pair;
  const { parameter, layout } = options;
  const joined = new PartialTile(key, layout.shape, parameter);
  for (const { pair, windows } of parts) {
    const from: CellArray = {
      type: parameter.type,
      shape: asList(layout.shape),
      cells: await decodeTile(pair.tile, parameter),
    };
    for (const window of windows) joined.add(window, from, window.start);
  }
  const { size } = tileExtent(key, layout);
  if (joined.arrived !== tileCells(size)) {
    throw new CorruptionError('staged parts do not make up the tile', {
      key,
      expected: tileCells(size),
      found: joined.arrived,
    });
  }
  const tile = await encodeTile({
    type: parameter.type,
    shape: layout.shape,
    cells: joined.cells,
    extent: size,
    parameter,
    codec: options.codec,
  });
  return { key, tile };
}

function onlyPair(record: Uint8Array): StoredPair {
  const pairs = decodeRecord(record);
  if (pairs.length !== 1) {
    throw new CorruptionError('staged record holds more than one tile', { found: pairs.length });
  }
  return pairs[0]!;
}
