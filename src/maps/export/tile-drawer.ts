import type { ReadOptions } from '../../layer/index.js';
import { drawMapTile, type MapLayer, planMapTile } from '../map-tile.js';
import type { TileAddress } from '../tile-matrix-set.js';
import type { TileSetRequest } from './plan-tile-set.js';

/** A tile of a set; without bytes when none of its pixels has a value. */
export interface DrawnTile {
  readonly tile: TileAddress;
  readonly bytes?: Uint8Array;
}

/** What the tiles of a set show, and the address of any of them. */
export interface DrawnSet {
  readonly shown: TileSetRequest['shown'];
  readonly sample: TileAddress;
}

/** Draws a tile of a set. */
export type DrawTile = (tile: TileAddress, options?: ReadOptions) => Promise<DrawnTile>;

/** What draws the tiles of a set: the bytes that the service answers with, none where they look like a tile without values. */
export async function openTileDrawer(layer: MapLayer, { shown, sample }: DrawnSet): Promise<DrawTile> {
  const { source: _, ...empty } = planMapTile(layer, { ...shown, tile: sample });
  const emptyBytes = await drawMapTile(layer, empty);
  return async (tile, options) => {
    const planned = planMapTile(layer, { ...shown, tile });
    if (planned.source === undefined || planned.source.plan.segments === 0) return { tile };
    const bytes = await drawMapTile(layer, planned, options);
    return Buffer.compare(bytes, emptyBytes) === 0 ? { tile } : { tile, bytes };
  };
}

/** The same, at most `count` tiles at once; others wait for their turn. */
export function inLanes(draw: DrawTile, count: number): DrawTile {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (tile, options) => {
    if (free === 0) await new Promise<void>((begin) => waiting.push(begin));
    else free--;
    try {
      return await draw(tile, options);
    } finally {
      const begin = waiting.shift();
      if (begin === undefined) free++;
      else begin();
    }
  };
}
