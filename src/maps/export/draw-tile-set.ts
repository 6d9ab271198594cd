import type { ReadOptions } from '../../layer/index.js';
import { tileIdOf } from '../../pmtiles/index.js';
import { drawMapTile, type MapLayer, planMapTile } from '../map-tile.js';
import type { TileAddress } from '../tile-matrix-set.js';
import type { TileSetPlan } from './plan-tile-set.js';
import { type TileBox, tilesOf } from './tile-boxes.js';

/** A tile of a set; without bytes when none of its pixels has a value. */
export interface DrawnTile {
  readonly tile: TileAddress;
  readonly bytes?: Uint8Array;
}

/**
 * The tiles of a set in the order of `tileIdOf`: the bytes that the service answers with. Tiles without a value have none.
 * At most `parallel` are drawn at once, ahead of the one that is waited for.
 */
export async function* drawTileSet(
  layer: MapLayer,
  plan: TileSetPlan,
  { parallel, ...options }: ReadOptions & { readonly parallel: number },
): AsyncGenerator<DrawnTile> {
  const { source: _, ...empty } = plan.sample;
  const emptyBytes = await drawMapTile(layer, empty);
  const draw = async (tile: TileAddress): Promise<DrawnTile> => {
    const planned = planMapTile(layer, { ...plan.shown, tile });
    if (planned.source === undefined || planned.source.plan.segments === 0) return { tile };
    const bytes = await drawMapTile(layer, planned, options);
    return Buffer.compare(bytes, emptyBytes) === 0 ? { tile } : { tile, bytes };
  };
  const drawing: Promise<DrawnTile>[] = [];
  try {
    for (const tile of tilesInOrder(plan.boxes)) {
      options.signal?.throwIfAborted();
      drawing.push(draw(tile));
      // What fails meanwhile is thrown when its turn comes.
      drawing.at(-1)!.catch(() => {});
      if (drawing.length >= parallel) yield await drawing.shift()!;
    }
    while (drawing.length > 0) yield await drawing.shift()!;
  } finally {
    // The layer may be closed by whoever asked, as soon as this ends.
    await Promise.allSettled(drawing);
  }
}

function* tilesInOrder(boxes: readonly TileBox[]): Generator<TileAddress> {
  const zooms = [...new Set(boxes.map(({ zoom }) => zoom))];
  for (const zoom of zooms) {
    const own = boxes.filter((box) => box.zoom === zoom);
    const tiles = own.reduce((sum, box) => sum + tilesOf(box), 0);
    const [ids, cols, rows] = [new Float64Array(tiles), new Uint32Array(tiles), new Uint32Array(tiles)];
    let at = 0;
    for (const box of own) {
      for (let row = box.rows.start; row < box.rows.end; row++) {
        for (let col = box.cols.start; col < box.cols.end; col++, at++) {
          ids[at] = tileIdOf({ zoom, col, row });
          cols[at] = col;
          rows[at] = row;
        }
      }
    }
    for (const place of Uint32Array.from(ids.keys()).sort((a, b) => ids[a]! - ids[b]!)) {
      yield { zoom, col: cols[place]!, row: rows[place]! };
    }
  }
}
