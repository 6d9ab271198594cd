export {
  claimLayer,
  commitManifest,
  findManifest,
  isSnapshotOf,
  type ListedManifest,
  listManifests,
  newestSequence,
  openManifest,
  readIdentity,
  readManifest,
  restoreIdentity,
} from './catalog.js';
export { readHint, writeHint } from './current-hint.js';
export { deletionManifest, isDeletion, lastDeletion } from './deletion.js';
export { formatHead, type LayerHead, parseHead, segmentId } from './layer-head.js';
export { type ListedLayer, listLayerSnapshots, listLayers } from './layer-list.js';
export {
  currentPath,
  headFolder,
  headPath,
  identityPath,
  layerFolder,
  locationsPath,
  manifestFolder,
  manifestPath,
  parseManifestName,
  segmentFolder,
  tagFolder,
} from './layer-paths.js';
export { parseLocationFeatures } from './location-features.js';
export {
  type Location,
  type LocationGeometry,
  type LonLat,
  putLocations,
  readLocations,
} from './locations.js';
export {
  FORMAT_VERSION,
  type LevelMethod,
  levelMethods,
  type Manifest,
  type Operation,
  type RunEntry,
  type SegmentEntry,
} from './manifest.js';
export { formatManifest, parseManifest } from './manifest-text.js';
export { type DeletedLayer, isRemains, removeRemains, syncManifests } from './remove-layer.js';
export { statisticsOf } from './statistics.js';
export { deleteTag, listTags, parseTagName, putTag, readTag, type Tag } from './tags.js';
