export { deleteLayer } from './delete-layer.js';
export {
  collectGarbage,
  defaultGraceMs,
  defaultKeptSnapshots,
  type GarbageOptions,
  type GarbageReport,
  type LayerGarbage,
} from './maintaining/collect-garbage.js';
export { type CompactOptions, type CompactReport, compactLayer } from './maintaining/compact-layer.js';
export { type CopyNames, type CopyOptions, copyLayer } from './maintaining/copy-layer.js';
export { diffSnapshots, type SnapshotDiff, type TileChange } from './maintaining/diff-snapshots.js';
export type { MaintenanceOptions, MaintenanceProgress } from './maintaining/maintenance-options.js';
export { moveLayer } from './maintaining/move-layer.js';
export { type RebuildOptions, type RebuildReport, rebuildLayer } from './maintaining/rebuild-layer.js';
export { type ReindexOptions, reindexLayer } from './maintaining/reindex-layer.js';
export { rollbackLayer, tagSnapshot } from './maintaining/rollback-layer.js';
export { listSnapshots, type SnapshotInfo } from './maintaining/snapshot-list.js';
export type { LayerQuery, QueryDimension, QueryPlan, ValueSlab } from './reading/layer-query.js';
export { LayerReader, type SharedCaches } from './reading/layer-reader.js';
export { newStats, QueryStats } from './reading/query-stats.js';
export type { PlanSlab } from './reading/slab-queries.js';
export type { SummaryPart, TilePart } from './reading/tile-parts.js';
export type { ReadOptions, TileLookup } from './reading/tile-reader.js';
export { UnpackedTiles } from './reading/unpacked-tiles.js';
export { stagingFolder } from './staging-folder.js';
export { describeTile, type TileDocument, tileInGrid } from './tile-document.js';
export { gridTiles, layoutOf, type TileLayout, tileCells } from './tile-layout.js';
export { type ErasedCells, eraseCells } from './updating/erase-cells.js';
export { type MergeMode, mergeModes } from './updating/merge-cells.js';
export { type UpdateOptions, type UpdateResult, updateLayer } from './updating/update-layer.js';
export { type Fault, type VerifyReport, verifyLayer } from './verify-layer.js';
export { type WriteResult, writeLayer } from './writing/write-layer.js';
export {
  defaultMemoryBytes,
  shareMemory,
  type WriteOptions,
  type WriteProgress,
} from './writing/write-options.js';
