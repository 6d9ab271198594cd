export {
  claimLayer,
  commitManifest,
  findManifest,
  listLayers,
  newestSequence,
  openManifest,
  removeLayerBlobs,
} from './catalog.js';
export { layerFolder } from './layer-paths.js';
export {
  FORMAT_VERSION,
  type LevelMethod,
  type Manifest,
  type Operation,
  type RunEntry,
  type SegmentEntry,
} from './manifest.js';
export { formatManifest, parseManifest } from './manifest-text.js';
export { statisticsOf } from './statistics.js';
