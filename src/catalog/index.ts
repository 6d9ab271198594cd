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
export { FORMAT_VERSION, type Manifest, type RunEntry, type SegmentEntry } from './manifest.js';
export { formatManifest, parseManifest } from './manifest-text.js';
