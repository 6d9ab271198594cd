export type { Verification } from './checked-file.js';
export {
  type CachedSegment,
  createSegmentCache,
  type SegmentCache,
  type SegmentCacheOptions,
  type SegmentCacheStats,
  type SegmentLease,
} from './segment-cache.js';
export type { ExpectedSegment } from './segment-index.js';
export { defaultSegmentBytes } from './segment-layout.js';
export type { SegmentRun } from './segment-meta.js';
export { formatSegmentName, parseSegmentName, type SegmentName } from './segment-name.js';
export { openSegment, type RecordValues, type SegmentReader } from './segment-reader.js';
export {
  type SegmentFile,
  type SegmentRecord,
  type WriteSegmentsOptions,
  writeSegments,
} from './segment-writer.js';
