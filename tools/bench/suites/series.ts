import { join } from 'node:path';
import { planPosition } from '../../../src/edr/index.js';
import { encodeCoverageJson } from '../../../src/formats/index.js';
import { LayerReader, newStats } from '../../../src/layer/index.js';
import { createRandom } from '../../random.js';
import { compare, spreadOf } from '../compare.js';
import { writeComputedLayer } from '../computed-layer.js';
import { type ServerProcess, startBare, startTilecurve } from '../http/server-process.js';
import { readSlowly } from '../http/slow-client.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';

const MIB = 2 ** 20;
const SLOW_BYTES_PER_SECOND = 20 * MIB;
const CUBE_SIDE = 1000;

/** Sizes of a run. `points` is what fits in an address of 64 KiB. */
const SIZES = {
  full: { rounds: 15, steps: 10_000, points: 2500, manyPoints: 10_000, requests: 500, cubeTimes: 100 },
  short: { rounds: 3, steps: 1000, points: 500, manyPoints: 2000, requests: 100, cubeTimes: 10 },
} as const;

/** Long series, many points, many requests at once, and one very large answer to a slow client. */
export async function seriesSuite(context: BenchContext): Promise<SuiteResult> {
  const sizes = SIZES[context.scale];
  const location = join(context.folder, 'store');
  context.log('writing the layers');
  const valueAt = (time: number, row: number, col: number) =>
    280 + 10 * Math.sin(time / 24 + row / 9) + 5 * Math.sin(col / 7 + context.seed);
  await writeComputedLayer(location, {
    name: 'series',
    size: { times: sizes.steps, rows: 60, cols: 90 },
    valueAt,
    options: { levels: 1, stagingDirectory: join(context.folder, 'staging') },
  });
  const store = await writeComputedLayer(location, {
    name: 'cube',
    size: { times: sizes.cubeTimes, rows: CUBE_SIDE, cols: CUBE_SIDE },
    // One column of tiles in ten varies; the others have one value, and are quick to write.
    valueAt: (time, row, col) => (col < 100 ? valueAt(time, row, col) : 273.15),
    options: { levels: 1, tileShape: { t: 4, row: 100, col: 100 } },
  });
  const server = await startTilecurve(location, ['--max-cells', '200000000']);
  const reader = await LayerReader.open(store, 'series');
  try {
    const random = createRandom(context.seed);
    const degrees = (span: number) => (random() * span - span / 2).toFixed(4);
    const points = (count: number) =>
      Array.from({ length: count }, () => `${degrees(360)} ${degrees(180)}`).join(',');
    const at = '/collections/series/position?coords=';
    const first = '&datetime=2020-01-01T00:00Z';
    const paths = (count: number, path: () => string) => Array.from({ length: count }, path);
    const { rounds, requests } = sizes;
    const cases = [
      await compareRequests(server, {
        name: `1 point x ${sizes.steps} steps`,
        paths: paths(rounds, () => `${at}POINT(${points(1)})`),
      }),
      await compareRequests(server, {
        name: `${sizes.points} points x 1 step`,
        paths: paths(rounds, () => `${at}MULTIPOINT(${points(sizes.points)})${first}`),
      }),
      await compareRequests(server, {
        name: `${requests} small requests, 50 at once`,
        together: requests,
        paths: paths(rounds * requests, () => `${at}POINT(${points(1)})${first}`),
      }),
      await compareInProcess(reader, { rounds, coords: `MULTIPOINT(${points(sizes.manyPoints)})` }),
      await slowCube(server, sizes.cubeTimes),
    ];
    return { setup: { ...sizes, grid: '60 x 90' }, cases };
  } finally {
    await reader.close();
    await server.stop();
  }
}

interface Requests {
  readonly name: string;
  readonly paths: readonly string[];
  /** How many are one piece of work. */
  readonly together?: number;
}

/** Answers over HTTP against a bare server that sends as many bytes as one of them has. */
async function compareRequests(
  server: ServerProcess,
  { name, paths, together = 1 }: Requests,
): Promise<Case> {
  const { text, work } = await fetchWhole(server.address + paths[0]!);
  const peer = await startBare(Buffer.byteLength(text));
  const seen: Fetched[] = [];
  const all = (address: string, keep: Fetched[]) => async (round: number) => {
    const queue = paths.slice(round * together, (round + 1) * together).values();
    const run = async () => {
      for (const path of queue) keep.push(await fetchWhole(address + path));
    };
    await Promise.all(Array.from({ length: Math.min(50, together) }, run));
  };
  try {
    const comparisons = await compare(
      all(server.address, seen),
      { 'node:http, same bytes': all(peer.address, []) },
      { rounds: paths.length / together, warmUps: 1 },
    );
    return {
      name,
      comparisons,
      counts: { ...latencies(seen), ...work, 'bytes returned': Buffer.byteLength(text) },
    };
  } finally {
    await peer.stop();
  }
}

interface Fetched {
  readonly text: string;
  readonly firstByteMs: number;
  readonly totalMs: number;
  readonly work: Readonly<Record<string, number>>;
}

async function fetchWhole(url: string): Promise<Fetched> {
  const startedMs = performance.now();
  const response = await fetch(url);
  const firstByteMs = performance.now() - startedMs;
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text.slice(0, 300)}`);
  const [, tiles, bytes] = /tiles=(\d+);bytes=(\d+)/.exec(response.headers.get('tilecurve-work') ?? '') ?? [];
  const work: Record<string, number> =
    tiles === undefined ? {} : { tiles: Number(tiles), 'bytes read': Number(bytes) };
  return { text, firstByteMs, totalMs: performance.now() - startedMs, work };
}

function latencies(seen: readonly Fetched[]): Record<string, number> {
  const sorted = seen.map(({ totalMs }) => totalMs).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const firstByte = spreadOf(seen.map(({ firstByteMs }) => firstByteMs)).median;
  return { 'p50 ms': at(0.5), 'p95 ms': at(0.95), 'p99 ms': at(0.99), 'first byte ms': firstByte };
}

/** More points than an address holds: the same plan and text, without HTTP, against JSON.stringify of the values. */
async function compareInProcess(
  reader: LayerReader,
  { rounds, coords }: { rounds: number; coords: string },
): Promise<Case> {
  const stats = newStats();
  const answer = async () => {
    const plan = planPosition(reader, { coords, datetime: '2020-01-01T00:00Z' });
    const opened = plan.kind === 'answer' ? await plan.open({ stats }) : undefined;
    if (opened === undefined) throw new Error('no answer');
    const parts: Uint8Array[] = [];
    for await (const part of encodeCoverageJson(opened)) parts.push(part);
    return Buffer.concat(parts).toString();
  };
  const text = await answer();
  const { tilesRead, bytesRead } = stats;
  const document: unknown = JSON.parse(text);
  const comparisons = await compare(
    answer,
    { 'JSON.stringify of it': () => JSON.stringify(document) },
    { rounds, warmUps: 1 },
  );
  const counts = { tiles: tilesRead, 'bytes read': bytesRead, 'bytes returned': text.length };
  return { name: `${coords.split(',').length} points x 1 step, in process`, comparisons, counts };
}

/** The whole cube to a client that reads 20 MiB/s and pauses; the peer is that pace. */
async function slowCube(server: ServerProcess, times: number): Promise<Case> {
  const before = server.residentBytes();
  let most = before;
  const url = `${server.address}/collections/cube/cube?bbox=-180,-90,180,90`;
  const { bytes, firstByteMs, totalMs } = await readSlowly(url, {
    bytesPerSecond: SLOW_BYTES_PER_SECOND,
    maxBytes: Number.POSITIVE_INFINITY,
    watch: () => {
      most = Math.max(most, server.residentBytes());
    },
  });
  const paceMs = (bytes / SLOW_BYTES_PER_SECOND) * 1000 * 1.5;
  const one = (ms: number) => spreadOf([ms]);
  return {
    name: `cube of ${times * CUBE_SIDE ** 2} cells to a slow client`,
    comparisons: [
      {
        peer: 'the pace of the client',
        oursMs: one(totalMs),
        peerMs: one(paceMs),
        ratio: one(totalMs / paceMs),
      },
    ],
    counts: {
      'first byte ms': firstByteMs,
      'bytes returned': bytes,
      'memory grown MiB': (most - before) / MIB,
    },
  };
}
