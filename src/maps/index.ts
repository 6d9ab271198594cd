export { coverageFormatOf, coverageTileFormats } from './coverage-tile.js';
export { centerOf, describeTileSet, wrapped } from './export/describe-tile-set.js';
export { type DrawOptions, drawTileSet } from './export/draw-tile-set.js';
export type { DrawingSetup } from './export/drawing-protocol.js';
export { DrawingThreads } from './export/drawing-threads.js';
export {
  planTileSet,
  sampleOf,
  type TileSetFormat,
  type TileSetPlan,
  type TileSetRequest,
} from './export/plan-tile-set.js';
export type { DrawnTile } from './export/tile-drawer.js';
export {
  type ColourRequest,
  drawMapTile,
  type MapLayer,
  type MapTilePlan,
  mapColours,
  planMapTile,
  renderMapTile,
} from './map-tile.js';
export {
  type FrameOptions,
  type PixelFrame,
  pixelFrame,
  pixelLatitudes,
  pixelLongitudes,
} from './pixel-frame.js';
export { type ProjectedPixels, projectPixels } from './pixel-projection.js';
export { collectPixels, type PixelCollector } from './pixel-values.js';
export { type Resampling, resamplings } from './resampling.js';
export { type TileHint, tileHint } from './tile-hint.js';
export { deepestZoom, type MapBox, mapBox, type TileLimits, tileLimits } from './tile-limits.js';
export {
  checkTileAddress,
  type TileAddress,
  type TileMatrixSet,
  tileMatrixSets,
  tileSize,
  webMercatorQuad,
  worldCrs84Quad,
} from './tile-matrix-set.js';
export type { TileFormat, TileRequest } from './tile-request.js';
export { findTileWindow, type TileWindow } from './tile-window.js';
