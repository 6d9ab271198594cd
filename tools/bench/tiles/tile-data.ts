import { join } from 'node:path';
import { openStore } from '../../../src/blob/index.js';
import { CRS84, crsFromId, type Grid, projectPoints } from '../../../src/grid/index.js';
import { shareMemory, writeLayer } from '../../../src/layer/index.js';
import { openSource } from '../../../src/sources/index.js';
import { writeBigSource } from '../../big-source.js';
import { createRandom } from '../../random.js';
import { writeComputedLayer } from '../computed-layer.js';
import type { BenchContext, Scale } from '../suite.js';

/** A quarter of a degree, as global reanalyses have it. */
const GLOBAL = { rows: 721, cols: 1440 };
const TIMES: Readonly<Record<Scale, number>> = { full: 24, short: 4 };
/** A Sentinel-2 scene at 20 m has 5490 cells on a side. */
const SCENE_SIDE: Readonly<Record<Scale, number>> = { full: 5490, short: 1024 };
const SCENE_METRES = 109_800;
const SCENE_CORNER = { epsg: 32_632, west: 399_960, north: 5_400_000 };

/** Zooms that are measured. */
export const ZOOMS = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

/** A layer whose tiles are asked for. */
export interface TileLayer {
  readonly name: string;
  /** West, south, east, north. */
  readonly bbox: readonly [number, number, number, number];
  /** Instants as `datetime` takes them; none for a layer without time. */
  readonly times: readonly string[];
}

/** A store with both layers, and the Zarr that the global one was written from. */
export interface TileData {
  readonly store: string;
  readonly zarr: string;
  readonly layers: readonly TileLayer[];
  readonly scene: Scene;
  readonly described: string;
}

/** How the scene was made: west and north are edges, in metres as the step of its cells. */
export interface Scene {
  readonly side: number;
  readonly epsg: number;
  readonly west: number;
  readonly north: number;
  readonly step: number;
  valueAt(row: number, col: number): number;
}

/** One tile of one instant. */
export interface AskedTile {
  readonly layer: string;
  readonly zoom: number;
  readonly col: number;
  readonly row: number;
  readonly datetime?: string;
}

/** A global layer of some hours and a UTM scene, the scene in tiles of 256 x 256, the rest as by default. */
export async function writeTileData(context: BenchContext): Promise<TileData> {
  const times = TIMES[context.scale];
  const side = SCENE_SIDE[context.scale];
  const store = join(context.folder, 'store');
  const zarr = join(context.folder, 'global.zarr');
  const described = `${times} x ${GLOBAL.rows} x ${GLOBAL.cols} of 0.25 degrees, ${side} x ${side} in EPSG:32632, float32`;
  context.log(`writing ${described}`);
  const field = { seed: context.seed, times, ...GLOBAL };
  // A chunk for each instant, as maps want them.
  await writeBigSource(zarr, {
    field,
    chunks: [1, GLOBAL.rows, GLOBAL.cols],
    codec: { id: 'zlib', level: 1 },
  });
  const stagingDirectory = join(context.folder, 'staging');
  const source = await openSource(zarr, { maxChunkBytes: shareMemory().chunkBytes });
  await writeLayer(openStore(store), source, { layer: 'global', stagingDirectory });
  await source.close();
  const valueAt = (row: number, col: number) =>
    280 + 20 * Math.sin(row / 90 + context.seed) + 5 * Math.sin(col / 37);
  const scene = { ...SCENE_CORNER, side, step: SCENE_METRES / side, valueAt };
  const grid = sceneGrid(scene);
  await writeComputedLayer(store, {
    name: 'scene',
    size: { rows: side, cols: side },
    grid,
    valueAt: (_time, row, col) => valueAt(row, col),
    options: { tileShape: { row: 256, col: 256 }, stagingDirectory },
  });
  const hours = Array.from({ length: times }, (_, hour) =>
    new Date(Date.UTC(2000, 0, 1, hour)).toISOString(),
  );
  return {
    store,
    zarr,
    layers: [
      { name: 'global', bbox: [-180, -85, 180, 85], times: hours },
      { name: 'scene', bbox: bboxOf(grid, side), times: [] },
    ],
    scene,
    described,
  };
}

/** Tiles of a zoom that show the layer, each of another place or instant than the one before, as far as there are any. */
export function drawTiles(
  { name, bbox, times }: TileLayer,
  zoom: number,
  count: number,
  seed: number,
): AskedTile[] {
  const [west, south, east, north] = bbox;
  const cols = [colOf(west, zoom), colOf(east, zoom)] as const;
  const rows = [rowOf(north, zoom), rowOf(south, zoom)] as const;
  const random = createRandom(seed + zoom);
  const within = ([first, last]: readonly [number, number]) =>
    first + Math.floor(random() * (last - first + 1));
  return Array.from({ length: count }, (_, k) => ({
    layer: name,
    zoom,
    col: within(cols),
    row: within(rows),
    ...(times.length > 0 && { datetime: times[k % times.length]! }),
  }));
}

/** As the service has it. */
export function tileAddress(
  { layer, zoom, col, row, datetime }: AskedTile,
  { format = 'png', resampling = 'nearest' }: { format?: string; resampling?: string } = {},
): string {
  const time = datetime === undefined ? '' : `&datetime=${datetime}`;
  return `/tiles/${layer}/${zoom}/${col}/${row}.${format}?resampling=${resampling}${time}`;
}

function sceneGrid({ epsg, west, north, step, side }: Scene): Grid {
  return {
    crs: crsFromId(`EPSG:${epsg}`),
    x: { name: 'x', coordinates: { kind: 'regular', start: west + step / 2, step, count: side } },
    y: { name: 'y', coordinates: { kind: 'regular', start: north - step / 2, step: -step, count: side } },
    custom: [],
  };
}

function bboxOf({ crs, x, y }: Grid, side: number): [number, number, number, number] {
  const toLonLat = projectPoints(crs, CRS84);
  const ends = ({ coordinates }: Grid['x']) =>
    coordinates.kind === 'regular'
      ? [coordinates.start, coordinates.start + (side - 1) * coordinates.step]
      : [];
  const corners = ends(x).flatMap((u) => ends(y).map((v) => toLonLat(u, v)));
  const [lons, lats] = [corners.map(([lon]) => lon), corners.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

function colOf(longitude: number, zoom: number): number {
  return Math.min(2 ** zoom - 1, Math.floor(((longitude + 180) / 360) * 2 ** zoom));
}

function rowOf(latitude: number, zoom: number): number {
  const y = Math.asinh(Math.tan((latitude * Math.PI) / 180));
  return Math.floor(((1 - y / Math.PI) / 2) * 2 ** zoom);
}
