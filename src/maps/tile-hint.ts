import { frameBox } from './frame-box.js';
import { placeOnEarth, touches } from './grid-place.js';
import { type MapLayer, type MapTilePlan, sliceOf } from './map-tile.js';
import { nativeReach } from './native-reach.js';
import { pixelFrame } from './pixel-frame.js';
import type { TileRequest } from './tile-request.js';
import { isUniform } from './uniform-tile.js';

/** What a tile says of those it is divided into on deeper zooms, as OGC API - Tiles has it in `OATiles-hint`. */
export type TileHint = 'empty' | 'full';

/**
 * `empty` when neither the tile nor any that it is divided into can show data, as the manifest alone tells: it lies beside the
 * grid, or no segment can hold a native cell that it or its drawing touches. `full` when all of them show one value
 * everywhere, as stored statistics alone tell. Undefined when neither is certain: a segment may still have holes there.
 *
 * `plan` is the request's.
 * Source: OGC 20-057, /rec/core/tc-deepfullempty.
 */
export function tileHint(layer: MapLayer, request: TileRequest, plan: MapTilePlan): TileHint | undefined {
  const mayBeEmpty = plan.source === undefined || plan.source.plan.segments === 0;
  if (mayBeEmpty) return isEmpty(layer, request, plan) ? 'empty' : undefined;
  return isUniform(layer, request, plan) ? 'full' : undefined;
}

function isEmpty(layer: MapLayer, request: TileRequest, { frame }: MapTilePlan): boolean {
  const place = placeOnEarth(layer.manifest.grid);
  if (place !== undefined && !touches(place, frameBox(frame))) return true;
  // Glyphs reach in from its margin, which is narrower on deeper zooms.
  const margin = Math.max(1, frame.margin);
  const reach = nativeReach(layer, pixelFrame(request.tile, { ...request, margin }));
  if (reach === undefined) return false;
  const { query } = sliceOf(layer, request);
  // Level 0: a level may have no data where a few native cells have.
  return layer.plan({ ...query, level: 0, x: [reach.x], y: [reach.y] }).segments === 0;
}
