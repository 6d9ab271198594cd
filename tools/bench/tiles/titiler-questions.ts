import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { PythonEnvironment } from '../peers/python-environment.js';
import type { BenchContext } from '../suite.js';
import { type AskedTile, type TileData, type TileLayer, tileAddress } from './tile-data.js';

const WRITER = resolve(import.meta.dirname, '../peers/write-cog.py');

/** The same tiles, as both are asked for them. */
export interface TitilerQuestion {
  readonly peer: string;
  readonly layer: TileLayer;
  readonly zooms: readonly number[];
  /** By how much a value may differ. */
  readonly tolerance: number;
  /** Of the colours. */
  readonly range: readonly [number, number];
  ours(tile: AskedTile, format: string): string;
  theirs(tile: AskedTile, format: string): string;
}

/**
 * The global layer on the Zarr that it was written from: titiler.xarray reads native cells at every zoom, so ours does, too. The
 * scene as a Cloud-Optimised GeoTIFF with overviews, which are means as our levels are, but not of the same zooms.
 */
export async function titilerQuestions(
  { folder }: BenchContext,
  data: TileData,
  environment: PythonEnvironment,
): Promise<TitilerQuestion[]> {
  const file = join(folder, 'scene.tif');
  await writeCog(file, data, environment);
  const [global, scene] = data.layers as [TileLayer, TileLayer];
  const place = ({ zoom, col, row }: AskedTile, format: string) =>
    `tiles/WebMercatorQuad/${zoom}/${col}/${row}.${format}`;
  return [
    {
      peer: 'titiler.xarray',
      layer: global,
      zooms: [0, 2, 4, 6],
      tolerance: 0,
      range: [220, 320],
      ours: (tile, format) => `${tileAddress(tile, { format })}&level=0`,
      theirs(tile, format) {
        // Times without the Z, which numpy does not take.
        const time = encodeURIComponent(`time=nearest::${tile.datetime!.replace('Z', '')}`);
        return `/${place(tile, format)}?url=${addressOf(data.zarr)}&variable=field&sel=${time}`;
      },
    },
    {
      peer: 'titiler, GeoTIFF',
      layer: scene,
      // Beyond, tiles at the corners lie beside the scene, which titiler answers with an error.
      zooms: [6, 8, 11],
      tolerance: 3,
      range: [250, 310],
      ours: (tile, format) => tileAddress(tile, { format }),
      theirs: (tile, format) => `/cog/${place(tile, format)}?url=${addressOf(file)}`,
    },
  ];
}

function addressOf(file: string): string {
  return encodeURIComponent(`file://${file}`);
}

/** Row by row, so that no copy of the scene is held here. */
async function writeCog(file: string, { scene }: TileData, { bin }: PythonEnvironment): Promise<void> {
  const { side, west, north, step, epsg, valueAt } = scene;
  const args = [WRITER, file, ...[side, epsg, west, north, step].map(String)];
  const child = spawn(join(bin, 'python'), args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`${WRITER} ended with ${code}`))));
  });
  const row = new Float32Array(side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) row[x] = valueAt(y, x);
    const hasRoom = child.stdin.write(Uint8Array.from(new Uint8Array(row.buffer)));
    if (!hasRoom) await new Promise((resume) => child.stdin.once('drain', resume));
  }
  child.stdin.end();
  await ended;
}
