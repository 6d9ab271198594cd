import { InvalidArgumentError } from '../../errors/index.js';
import { gridBbox } from '../../grid/index.js';
import type { CoverageTileFormat } from '../coverage-tile.js';
import { cellsPerPixel } from '../level-choice.js';
import { type MapLayer, type MapTilePlan, planMapTile } from '../map-tile.js';
import { pixelWorld } from '../pixel-frame.js';
import { type TileAddress, webMercatorQuad } from '../tile-matrix-set.js';
import type { TileFormat, TileRequest } from '../tile-request.js';
import { type Bounds, type TileBox, tileBoxes, tilesOf } from './tile-boxes.js';

/** Forms of tiles whose places are told by their addresses alone. */
export type TileSetFormat = Exclude<TileFormat, CoverageTileFormat>;

/** Tiles of WebMercatorQuad that are drawn alike. */
export interface TileSetRequest {
  /** What each tile shows. */
  readonly shown: Omit<TileRequest, 'tile' | 'matrixSet' | 'format'> & { readonly format: TileSetFormat };
  /** From 0 to the zoom at which a pixel is not larger than a cell when absent. */
  readonly zooms?: { readonly min: number; readonly max: number } | undefined;
  /** Those of the layer when absent. */
  readonly bbox?: Bounds | undefined;
  /** More are refused; without `zooms`, the finest that are too many are left out. */
  readonly maxTiles: number;
}

/** A set of tiles that is understood but not drawn. */
export interface TileSetPlan {
  readonly shown: TileSetRequest['shown'];
  readonly minZoom: number;
  readonly maxZoom: number;
  /** Of layer and request. */
  readonly bounds: Bounds;
  /** Those that are looked at; some may turn out to show nothing. */
  readonly tiles: number;
  /** Zoom by zoom. */
  readonly boxes: readonly TileBox[];
  /** The first of them, planned: all have its parameter, style and range. */
  readonly sample: MapTilePlan;
}

const world: Bounds = [-180, -90, 180, 90];

/**
 * Which tiles a set has, without reading data.
 *
 * Throws: InvalidArgumentError for zooms beyond the tile matrix set, a box beside the layer, too many tiles (with their
 * number), or whatever of the request a tile would be refused for; NotFoundError for an unknown parameter.
 */
export function planTileSet(layer: MapLayer, { shown, zooms, bbox, maxTiles }: TileSetRequest): TileSetPlan {
  const { maxZoom: finest } = webMercatorQuad;
  const asked = zooms ?? { min: 0, max: nativeZoom(layer) };
  const isZoom = (zoom: number) => Number.isInteger(zoom) && zoom >= 0 && zoom <= finest;
  if (!(isZoom(asked.min) && isZoom(asked.max) && asked.min <= asked.max)) {
    throw new InvalidArgumentError('no such zooms', {
      parameter: 'zooms',
      found: `${asked.min}-${asked.max}`,
      allowed: `0 to ${finest}`,
    });
  }
  const bounds = boundsOf(layer, bbox);
  const boxes: TileBox[] = [];
  let tiles = 0;
  for (let zoom = asked.min; zoom <= asked.max; zoom++) {
    const own = tileBoxes(bounds, zoom);
    const count = own.reduce((sum, box) => sum + tilesOf(box), tiles);
    if (zooms === undefined && zoom > 0 && count > maxTiles) break;
    tiles = count;
    boxes.push(...own);
  }
  if (tiles > maxTiles) {
    throw new InvalidArgumentError('the zooms have too many tiles; ask for fewer, or for a smaller bbox', {
      parameter: 'zooms',
      tiles,
      allowed: maxTiles,
    });
  }
  const sample = planMapTile(layer, { ...shown, tile: sampleOf({ boxes }) });
  return { shown, bounds, tiles, boxes, sample, minZoom: asked.min, maxZoom: boxes.at(-1)!.zoom };
}

/** The address of a tile of a set. */
export function sampleOf({ boxes }: Pick<TileSetPlan, 'boxes'>): TileAddress {
  const { zoom, cols, rows } = boxes[0]!;
  return { zoom, col: cols.start, row: rows.start };
}

/** The coarsest zoom at which no pixel is larger than a cell. */
function nativeZoom({ manifest: { grid } }: MapLayer): number {
  for (let zoom = 0; zoom < webMercatorQuad.maxZoom; zoom++) {
    const cells = cellsPerPixel(grid, pixelWorld(zoom));
    if (cells === undefined || Math.max(cells.x, cells.y) <= 1) return zoom;
  }
  return webMercatorQuad.maxZoom;
}

/** What of the layer the box has. */
function boundsOf({ manifest: { grid } }: MapLayer, bbox: Bounds | undefined): Bounds {
  const own = gridBbox(grid);
  if (bbox === undefined) return own;
  const [west, south, east, north] = bbox;
  const isPlace =
    Math.abs(west) <= 180 && Math.abs(east) <= 180 && south >= -90 && north <= 90 && south <= north;
  if (!isPlace) {
    throw new InvalidArgumentError('bbox expects west,south,east,north in degrees', {
      parameter: 'bbox',
      found: bbox.join(),
      allowed: world.join(),
    });
  }
  const low = Math.max(south, own[1]);
  const high = Math.min(north, own[3]);
  const [westmost, eastmost] = own;
  // Where either crosses 180 degrees the box stays as it is: tiles beside the layer are found to be empty.
  const isPlain = west <= east && westmost <= eastmost;
  const meets = low <= high && (!isPlain || (west <= eastmost && east >= westmost));
  if (!meets) {
    throw new InvalidArgumentError('the box lies beside the layer', {
      parameter: 'bbox',
      found: bbox.join(),
      allowed: own.join(),
    });
  }
  return isPlain ? [Math.max(west, westmost), low, Math.min(east, eastmost), high] : [west, low, east, high];
}
