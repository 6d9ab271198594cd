import type { ReadOptions } from '../../layer/index.js';
import { tileIdOf } from '../../pmtiles/index.js';
import type { MapLayer } from '../map-tile.js';
import type { TileAddress } from '../tile-matrix-set.js';
import type { DrawingThreads } from './drawing-threads.js';
import { sampleOf, type TileSetPlan } from './plan-tile-set.js';
import { type TileBox, tilesOf } from './tile-boxes.js';
import { type DrawnTile, inLanes, openTileDrawer } from './tile-drawer.js';

/** Tiles that one thread draws: neighbours on the curve, which need the same stored tiles. */
const groupTiles = 16;
/** Groups that each thread has: the one it draws, and the next. */
const groupsPerThread = 2;

/** How a set is drawn; the tiles are the same. */
export interface DrawOptions extends ReadOptions {
  /** Tiles that this thread draws at once. */
  readonly lanes: number;
  /** Draw instead of it. */
  readonly threads?: DrawingThreads | undefined;
  /** Number of the tile after which to begin. */
  readonly after?: number | undefined;
}

/**
 * The tiles of a set in the order of `tileIdOf`: the bytes that the service answers with. Tiles without a value have none.
 * Some are drawn ahead of the one that is waited for.
 */
export async function* drawTileSet(
  layer: MapLayer,
  plan: TileSetPlan,
  { lanes, threads, after, ...options }: DrawOptions,
): AsyncGenerator<DrawnTile> {
  const drawTile = inLanes(await openTileDrawer(layer, { shown: plan.shown, sample: sampleOf(plan) }), lanes);
  const drawHere = (tiles: readonly TileAddress[]) =>
    Promise.all(tiles.map((tile) => drawTile(tile, options)));
  const draw = async (tiles: readonly TileAddress[]) => (await threads?.draw(tiles)) ?? drawHere(tiles);
  const groups = groupsPerThread * (threads?.count ?? 1);
  const drawing: Promise<readonly DrawnTile[]>[] = [];
  try {
    for (const tiles of grouped(tilesInOrder(plan.boxes, after), groupTiles)) {
      options.signal?.throwIfAborted();
      drawing.push(draw(tiles));
      // What fails meanwhile is thrown when its turn comes.
      drawing.at(-1)!.catch(() => {});
      if (drawing.length >= groups) yield* await drawing.shift()!;
    }
    while (drawing.length > 0) yield* await drawing.shift()!;
  } finally {
    // The layer may be closed by whoever asked, as soon as this ends.
    await Promise.allSettled(drawing);
  }
}

function* grouped<T>(all: Iterable<T>, size: number): Generator<readonly T[]> {
  let group: T[] = [];
  for (const one of all) {
    group.push(one);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function* tilesInOrder(boxes: readonly TileBox[], after = -1): Generator<TileAddress> {
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
      if (ids[place]! > after) yield { zoom, col: cols[place]!, row: rows[place]! };
    }
  }
}
