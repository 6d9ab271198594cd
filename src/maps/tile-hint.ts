import { type Axis, type AxisSelection, axisLength, levelGrid } from '../grid/index.js';
import { type LonLatBox, placeOnEarth, touches } from './grid-place.js';
import { cellsPerPixel, levelOfZoom } from './level-choice.js';
import { type MapLayer, sliceOf } from './map-tile.js';
import { type PixelFrame, pixelFrame, pixelLatitude, pixelLongitude } from './pixel-frame.js';
import type { TileRequest } from './tile-request.js';
import { findTileWindow } from './tile-window.js';

/** What a tile says of those it is divided into on deeper zooms, as OGC API - Tiles has it in `OATiles-hint`. */
export type TileHint = 'empty';

/**
 * `empty` when neither the tile nor any that it is divided into can show data, as the manifest alone tells: it lies beside the
 * grid, or no segment can hold a native cell that it touches. Undefined when there may be data: a segment may still have
 * holes there.
 *
 * Throws: as `planMapTile`.
 */
export function tileHint(layer: MapLayer, request: TileRequest): TileHint | undefined {
  // Wider by a pixel, so that cells whose centres no pixel sees at this zoom are between those that are seen.
  const frame = pixelFrame(request.tile, { ...request, margin: 1 });
  const { grid } = layer.manifest;
  const { query } = sliceOf(layer, request);
  const place = placeOnEarth(grid);
  if (place !== undefined && !touches(place, boxOf(frame))) return 'empty';
  const level = levelOfZoom(layer.manifest, frame.world);
  const window = findTileWindow(levelGrid(grid, level), frame);
  const passedOver = cellsPerPixel(grid, frame.world);
  if (window === undefined || passedOver === undefined) return undefined;
  const x = reachOf(grid.x, window.x, { level, passedOver: passedOver.x });
  const y = reachOf(grid.y, window.y, { level, passedOver: passedOver.y });
  // Level 0: a level may have no data where a few native cells have.
  return layer.plan({ ...query, level: 0, x, y }).segments === 0 ? 'empty' : undefined;
}

/**
 * All native cells that may touch the tile, and some more: from the first to the last that pixels see, and as many beyond as
 * pixels may pass over at the grid's edges, twice, since a projection's pixels are not all of one size.
 */
function reachOf(
  axis: Axis,
  selection: AxisSelection,
  { level, passedOver }: { readonly level: number; readonly passedOver: number },
): AxisSelection {
  const length = axisLength(axis);
  // Uneven steps may hide any number of cells between two pixels.
  if (axis.coordinates.kind !== 'regular') return [{ start: 0, end: length }];
  const cells = 2 ** level;
  const more = 2 * Math.ceil(passedOver) + cells;
  const start = Math.min(...selection.map((span) => span.start)) * cells - more;
  const end = Math.max(...selection.map((span) => span.end)) * cells + more;
  return [{ start: Math.max(0, start), end: Math.min(length, end) }];
}

/** Of the tile itself. */
function boxOf({ world, left, top, side, margin }: PixelFrame): LonLatBox {
  const own = side - 2 * margin;
  return {
    west: pixelLongitude(world, left + margin),
    east: pixelLongitude(world, left + margin + own),
    south: pixelLatitude(world, top + margin + own),
    north: pixelLatitude(world, top + margin),
  };
}
