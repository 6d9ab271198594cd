export type { CodecName, StoredPair, StoredTile, TileSummary } from './stored-tile.js';
