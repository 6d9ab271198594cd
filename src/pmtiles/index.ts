export {
  type ArchiveCounts,
  type ArchiveDescription,
  ArchiveWriter,
  type ReadAt,
  type StoredTile,
  type WriteAt,
} from './archive-writer.js';
export type { ArchiveFacts, TileType } from './header.js';
export { type ArchiveTile, tileIdOf, tileOf } from './tile-id.js';
