export { drawMapTile, type MapLayer, type MapTilePlan, planMapTile, renderMapTile } from './map-tile.js';
export type { TileRequest } from './tile-request.js';
export { findTileWindow, type TileWindow } from './tile-window.js';
export { checkTileAddress, pixelLatitudes, pixelLongitudes, type TileAddress } from './web-mercator.js';
