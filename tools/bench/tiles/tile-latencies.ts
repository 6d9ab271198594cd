import { spreadOf } from '../compare.js';
import { type Measuring, medianOf } from '../edr/latency-table.js';
import { LoadClient, type MeasuredLoad } from '../http/load.js';
import { startTilecurve } from '../http/server-process.js';
import { withEnds } from '../report.js';
import type { BenchContext, Table } from '../suite.js';
import { drawTiles, type TileData, type TileLayer, tileAddress, ZOOMS } from './tile-data.js';

const CONNECTIONS = [1, 16, 64] as const;
const PATHS = 200;
/** Different tiles that a service which has just started is asked for, of all zooms. */
const COLD_PATHS = 90;
const TIMEOUT_MS = 60_000;
/** Of one measurement: more than can be made. */
const MAX_REQUESTS = 1_000_000;

/** Tiles that are drawn for each request, zoom by zoom, asked by 1, 16 and 64 clients; bilinear for one zoom of each layer. */
export async function measureRendering(
  context: BenchContext,
  data: TileData,
  measuring: Measuring,
): Promise<Table> {
  const client = new LoadClient();
  const server = await startTilecurve(data.store, ['--answer-cache', '0']);
  const rows: string[][] = [];
  try {
    for (const layer of data.layers) {
      for (const zoom of ZOOMS) {
        for (const resampling of ['nearest', 'bilinear'] as const) {
          if (resampling === 'bilinear' && zoom % 4 !== 0) continue;
          const paths = drawTiles(layer, zoom, PATHS, context.seed).map((tile) =>
            tileAddress(tile, { resampling }),
          );
          const byConnections = new Map<number, MeasuredLoad[]>(CONNECTIONS.map((count) => [count, []]));
          let asked = 0;
          for (let round = -1; round < measuring.rounds; round++) {
            for (const connections of CONNECTIONS) {
              // A round before the first warms up, for a quarter of the time.
              const seconds = round < 0 ? measuring.seconds / 4 : measuring.seconds;
              const load = { paths, firstPath: asked, connections, seconds };
              const result = await client.measure(server, {
                ...load,
                maxRequests: MAX_REQUESTS,
                timeoutMs: TIMEOUT_MS,
              });
              asked += result.requests;
              if (round >= 0) byConnections.get(connections)!.push(result);
            }
          }
          rows.push(describeRow(`${layer.name}, zoom ${zoom}`, resampling, byConnections));
          context.log(rows.at(-1)!.join(' | '));
        }
      }
    }
  } finally {
    client.stop();
    await server.stop();
  }
  return {
    title: `Tiles drawn for each request, one process, warm: p50 ms (lowest to highest of ${measuring.rounds} rounds), p99 ms, and tiles/s`,
    columns: [
      'layer',
      'resampling',
      'tiles read',
      'KB',
      'CPU ms',
      ...CONNECTIONS.map((count) => `${count} at once`),
    ],
    rows,
  };
}

/** The first tiles that a service is asked for after its start, one after the other: nothing is open, all is to be compiled. */
export async function measureCold(
  context: BenchContext,
  data: TileData,
  { rounds }: Measuring,
): Promise<Table> {
  const rows: string[][] = [];
  for (const layer of data.layers) {
    const results: MeasuredLoad[] = [];
    for (let round = 0; round < rounds; round++) results.push(await askCold(context, data, layer));
    rows.push([
      layer.name,
      withEnds(spreadOf(results.map(({ p50Ms }) => p50Ms))),
      threeDigits(medianOf(results, ({ p99Ms }) => p99Ms)),
    ]);
    context.log(`cold: ${rows.at(-1)!.join(' | ')}`);
  }
  return {
    title: `The first ${COLD_PATHS} tiles after the start, of all zooms, one after the other, files in the page cache`,
    columns: ['layer', 'p50 ms', 'longest ms'],
    rows,
  };
}

async function askCold({ seed }: BenchContext, data: TileData, layer: TileLayer): Promise<MeasuredLoad> {
  const client = new LoadClient();
  const server = await startTilecurve(data.store);
  try {
    const byZoom = ZOOMS.map((zoom) => drawTiles(layer, zoom, COLD_PATHS / ZOOMS.length, seed + 100));
    const paths = byZoom.flat().map((tile) => tileAddress(tile));
    const limits = { seconds: 60, maxRequests: paths.length, timeoutMs: TIMEOUT_MS };
    return await client.measure(server, { paths, firstPath: 0, connections: 1, ...limits });
  } finally {
    client.stop();
    await server.stop();
  }
}

function describeRow(
  name: string,
  resampling: string,
  byConnections: ReadonlyMap<number, readonly MeasuredLoad[]>,
): string[] {
  const [one] = byConnections.get(CONNECTIONS[0]) as [MeasuredLoad];
  return [
    name,
    resampling,
    threeDigits(one.tiles),
    threeDigits(one.bytes / 1000),
    threeDigits(medianOf(byConnections.get(16)!, ({ cpuMs }) => cpuMs)),
    ...[...byConnections.values()].map((results) => {
      const p50 = withEnds(spreadOf(results.map(({ p50Ms }) => p50Ms)));
      const p99 = threeDigits(medianOf(results, ({ p99Ms }) => p99Ms));
      return `${p50}, ${p99}; ${threeDigits(medianOf(results, ({ requestsPerSecond }) => requestsPerSecond))}/s`;
    }),
  ];
}

function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
