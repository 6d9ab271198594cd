import { spreadOf } from '../compare.js';
import type { Measuring } from '../edr/latency-table.js';
import { LoadClient, type MeasuredLoad } from '../http/load.js';
import { type ServerProcess, startTilecurve } from '../http/server-process.js';
import type { PythonEnvironment } from '../peers/python-environment.js';
import { startTitiler } from '../peers/python-servers.js';
import type { BenchContext, Case } from '../suite.js';
import { type AskedTile, drawTiles, type TileData, tileAddress } from './tile-data.js';

const CONNECTIONS = [1, 16] as const;
const COMPARED_ZOOMS = [0, 2, 4, 6] as const;
const PATHS = 60;
/** Tiles compared pixel by pixel before a zoom is timed. */
const CHECKED = 3;
/** GDAL's approximation may take the neighbouring cell at an edge, and its last rows are not ours. */
const EQUAL_SHARE = 0.97;
const TIMEOUT_MS = 60_000;
const MAX_REQUESTS = 5000;

/**
 * The same tiles of the global layer from titiler.xarray, on the Zarr that the layer was written from: nearest, viridis, the
 * same range, native cells. Throws when too many of its pixels have other values.
 */
export async function compareWithTitiler(
  context: BenchContext,
  data: TileData,
  { environment, rounds, seconds }: Measuring & { readonly environment: PythonEnvironment },
): Promise<Case[]> {
  const client = new LoadClient();
  const ours = await startTilecurve(data.store, ['--answer-cache', '0']);
  const options = { environment, folder: context.folder, data: context.folder, processes: 1 };
  const peer = await startTitiler(options).catch(async (error) => {
    await ours.stop();
    throw error;
  });
  const cases: Case[] = [];
  try {
    for (const zoom of COMPARED_ZOOMS) {
      const tiles = drawTiles(data.layers[0]!, zoom, PATHS, context.seed);
      const share = await equalShare(ours, peer, tiles.slice(0, CHECKED), data.zarr);
      if (share < EQUAL_SHARE)
        throw new Error(`titiler: only ${share} of the pixels of zoom ${zoom} are ours`);
      const paths = {
        ours: tiles.map((tile) => `${nativeAddress(tile)}&range=220,320`),
        peer: tiles.map(
          (tile) => `${titilerAddress(tile, data.zarr, 'png')}&rescale=220,320&colormap_name=viridis`,
        ),
      };
      for (const connections of CONNECTIONS) {
        const results = { ours: [] as MeasuredLoad[], peer: [] as MeasuredLoad[] };
        for (let round = -1; round < rounds; round++) {
          for (const who of round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const)) {
            const load = {
              paths: paths[who],
              firstPath: 0,
              connections,
              seconds: round < 0 ? seconds / 4 : seconds,
            };
            const limits = { maxRequests: MAX_REQUESTS, timeoutMs: TIMEOUT_MS };
            const result = await client.measure(who === 'ours' ? ours : peer, { ...load, ...limits });
            if (round >= 0) results[who].push(result);
          }
        }
        cases.push(describe(`global, zoom ${zoom}, ${connections} at once`, results, share));
        context.log(`${cases.at(-1)!.name}: ${JSON.stringify(cases.at(-1)!.counts)}`);
      }
    }
  } finally {
    client.stop();
    for (const server of [ours, peer]) await server.stop();
  }
  return cases;
}

/** The same work: titiler reads native cells at every zoom, where we would take a level. */
function nativeAddress(tile: AskedTile, format = 'png'): string {
  return `${tileAddress(tile, { format })}&level=0`;
}

/** As titiler spells it; times without the Z, which numpy does not take. */
function titilerAddress({ zoom, col, row, datetime }: AskedTile, zarr: string, format: string): string {
  const time = encodeURIComponent(`time=nearest::${datetime!.replace('Z', '')}`);
  return `/tiles/WebMercatorQuad/${zoom}/${col}/${row}.${format}?url=${encodeURIComponent(`file://${zarr}`)}&variable=field&sel=${time}`;
}

/** How many pixels have the same float32. */
async function equalShare(
  ours: ServerProcess,
  peer: ServerProcess,
  tiles: readonly AskedTile[],
  zarr: string,
): Promise<number> {
  let [equal, all] = [0, 0];
  for (const tile of tiles) {
    const right = await fetchBytes(ours.address + nativeAddress(tile, 'f32'));
    const found = arrayOfNpy(await fetchBytes(peer.address + titilerAddress(tile, zarr, 'npy')));
    for (let pixel = 0; pixel < 65_536; pixel++) {
      all++;
      if (right.readFloatLE(pixel * 4) === found.readFloatLE(pixel * 4)) equal++;
    }
  }
  return equal / all;
}

async function fetchBytes(url: string): Promise<Buffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200)
    throw new Error(`${url}: ${answer.status} ${bytes.toString('utf8').slice(0, 300)}`);
  return bytes;
}

/** The cells of a numpy file of float32: bands, the mask last. */
function arrayOfNpy(file: Buffer): Buffer {
  const headerBytes = file.readUInt16LE(8);
  const header = file.toString('latin1', 10, 10 + headerBytes);
  if (!header.includes("'<f4'")) throw new Error(`not float32: ${header}`);
  return file.subarray(10 + headerBytes);
}

function describe(
  name: string,
  { ours, peer }: { readonly ours: readonly MeasuredLoad[]; readonly peer: readonly MeasuredLoad[] },
  share: number,
): Case {
  const median = (results: readonly MeasuredLoad[], of: (result: MeasuredLoad) => number) =>
    spreadOf(results.map(of)).median;
  return {
    name,
    comparisons: [
      {
        peer: 'titiler.xarray',
        oursMs: spreadOf(ours.map(({ p50Ms }) => p50Ms)),
        peerMs: spreadOf(peer.map(({ p50Ms }) => p50Ms)),
        ratio: spreadOf(ours.map(({ p50Ms }, round) => p50Ms / peer[round]!.p50Ms)),
      },
    ],
    counts: {
      'ours requests/s': median(ours, ({ requestsPerSecond }) => requestsPerSecond),
      'peer requests/s': median(peer, ({ requestsPerSecond }) => requestsPerSecond),
      'equal pixels, %': 100 * share,
    },
  };
}
