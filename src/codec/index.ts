export { codecNames, defaultCodec, parseCodecName } from './codec-name.js';
export { createRecordDecoder, encodeRecord, type RecordDecoder } from './record-codec.js';
export { recordSchema } from './record-schema.js';
export { decodeSoleTile, type TileForm } from './sole-tile.js';
export type { CodecName, StoredPair, StoredTile, TileSummary } from './stored-tile.js';
export {
  cellBytesNow,
  decodeTile,
  encodeTile,
  maxBytesNow,
  maxTileCells,
  type TileToEncode,
  unpackTile,
} from './tile-codec.js';
