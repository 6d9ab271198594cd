export { deleteLayer } from './delete-layer.js';
export type { LayerQuery, QueryDimension, QueryPlan, ValueSlab } from './reading/layer-query.js';
export { LayerReader, type ReadOptions, type TileLookup } from './reading/layer-reader.js';
export { newStats, QueryStats } from './reading/query-stats.js';
export { describeTile, type TileDocument } from './tile-document.js';
export { gridTiles, layoutOf, type TileLayout } from './tile-layout.js';
export { type Fault, type VerifyReport, verifyLayer } from './verify-layer.js';
export { type WriteResult, writeLayer } from './writing/write-layer.js';
export {
  defaultMemoryBytes,
  shareMemory,
  type WriteOptions,
  type WriteProgress,
} from './writing/write-options.js';
