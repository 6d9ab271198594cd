import { deepStrictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openStore } from '../../../src/blob/index.js';
import { planPosition } from '../../../src/edr/index.js';
import { encodeCoverageJson } from '../../../src/formats/index.js';
import { LayerReader, newStats, shareMemory, writeLayer } from '../../../src/layer/index.js';
import { openSource } from '../../../src/sources/index.js';
import type { BigField } from '../../big-field.js';
import { writeBigSource } from '../../big-source.js';
import { createRandom } from '../../random.js';
import { compare, spreadOf } from '../compare.js';
import { writeComputedLayer } from '../computed-layer.js';
import { type ServerProcess, startBare, startTilecurve, startZarr } from '../http/server-process.js';
import { readSlowly } from '../http/slow-client.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';
import { ZarrCoverages } from '../zarr-coverages.js';
import { ZarrPeer } from '../zarr-peer.js';

const MIB = 2 ** 20;
const SLOW_BYTES_PER_SECOND = 20 * MIB;
const CUBE_SIDE = 1000;

/** Sizes of a run. `points` is what fits in an address of 64 KiB. */
const SIZES = {
  full: { rounds: 9, steps: 10_000, points: 2500, manyPoints: 10_000, requests: 500, cubeTimes: 100 },
  short: { rounds: 2, steps: 1000, points: 500, manyPoints: 2000, requests: 100, cubeTimes: 10 },
} as const;
const GRID = { rows: 60, cols: 90 };
/** Blocks about as large as the layer's tiles. */
const CHUNKS = [24, 60, 90] as const;
const BOTH_CORES = 2;

/** Long series, many points, many requests at once, and one very large answer to a slow client. */
export async function seriesSuite(context: BenchContext): Promise<SuiteResult> {
  const sizes = SIZES[context.scale];
  const location = join(context.folder, 'store');
  const source = await writeSeries(context, location, sizes.steps);
  const random = createRandom(context.seed);
  const degrees = (span: number) => (random() * span - span / 2).toFixed(4);
  const points = (count: number) =>
    Array.from({ length: count }, () => `${degrees(360)} ${degrees(180)}`).join(',');
  const at = '/collections/field/position?coords=';
  const first = '&datetime=2000-01-01T00:00Z';
  const paths = (count: number, path: () => string) => Array.from({ length: count }, path);
  const { rounds, requests } = sizes;
  const asked: readonly Requests[] = [
    { name: `1 point x ${sizes.steps} steps`, paths: paths(rounds, () => `${at}POINT(${points(1)})`) },
    {
      name: `${sizes.points} points x 1 step`,
      paths: paths(rounds, () => `${at}MULTIPOINT(${points(sizes.points)})${first}`),
    },
    {
      name: `${requests} small requests at once, ${BOTH_CORES} processes`,
      together: requests,
      processes: BOTH_CORES,
      paths: paths(rounds * requests, () => `${at}POINT(${points(1)})${first}`),
    },
  ];
  const cases: Case[] = [];
  const done = (one: Case) => {
    cases.push(one);
    context.log(
      `${one.name} done: ${one.comparisons.map(({ peer, ratio }) => `${ratio.median.toFixed(2)} of ${peer}`).join(', ')}`,
    );
  };
  for (const one of asked) done(await compareRequests(location, source, one));
  const coords = `MULTIPOINT(${points(sizes.manyPoints)})`;
  done(await compareInProcess(location, source, { rounds, coords }));
  await writeCube(context, location, sizes.cubeTimes);
  done(await slowCube(location, sizes.cubeTimes));
  const chunks = CHUNKS.join(' x ');
  return { setup: { ...sizes, grid: `${GRID.rows} x ${GRID.cols}`, 'chunks of the Zarr': chunks }, cases };
}

interface SeriesSource {
  readonly location: string;
  readonly field: BigField;
}

/** A source, and the layer `field` written from it with everything chosen by default. */
async function writeSeries(context: BenchContext, store: string, times: number): Promise<SeriesSource> {
  context.log(`writing a source and a layer of ${times} steps`);
  const field = { seed: context.seed, times, ...GRID };
  const location = join(context.folder, 'source.zarr');
  await writeBigSource(location, { field, chunks: CHUNKS, codec: { id: 'zlib', level: 1 } });
  const opened = await openSource(location, { maxChunkBytes: shareMemory().chunkBytes });
  const stagingDirectory = join(context.folder, 'staging');
  await writeLayer(openStore(store), opened, { layer: 'field', levels: 1, stagingDirectory });
  await opened.close();
  return { location, field };
}

async function writeCube({ log, seed }: BenchContext, location: string, times: number): Promise<void> {
  log('writing the cube');
  await writeComputedLayer(location, {
    name: 'cube',
    size: { times, rows: CUBE_SIDE, cols: CUBE_SIDE },
    // One column of tiles in ten varies; the others have one value, and are quick to write.
    valueAt: (time, row, col) =>
      col < 100 ? 280 + 10 * Math.sin(time / 24 + row / 9) + 5 * Math.sin(col / 7 + seed) : 273.15,
    options: { levels: 1, tileShape: { t: 4, row: 100, col: 100 } },
  });
}

interface Requests {
  readonly name: string;
  readonly paths: readonly string[];
  /** How many are asked at once, as one piece of work. */
  readonly together?: number;
  readonly processes?: number;
}

/** Answers over HTTP against a server over the source, and against one that sends as many bytes whatever is asked. */
async function compareRequests(
  location: string,
  source: SeriesSource,
  { name, paths, together = 1, processes = 1 }: Requests,
): Promise<Case> {
  const server = await startTilecurve(location, ['--workers', String(processes)]);
  const zarr = await startZarr(source.location, source.field, processes);
  const { text, work } = await fetchWhole(server.address + paths[0]!);
  requireSame(text, (await fetchWhole(zarr.address + paths[0]!)).text);
  const bare = await startBare(Buffer.byteLength(text), { processes });
  const seen: Fetched[] = [];
  const seenOfZarr: Fetched[] = [];
  const all = (address: string, keep: Fetched[]) => async (round: number) => {
    const asked = paths.slice(round * together, (round + 1) * together);
    keep.push(...(await Promise.all(asked.map((path) => fetchWhole(address + path)))));
  };
  try {
    const comparisons = await compare(
      all(server.address, seen),
      {
        'zarrita + JSON.stringify': all(zarr.address, seenOfZarr),
        'node:http, same bytes': all(bare.address, []),
      },
      { rounds: paths.length / together, warmUps: 1 },
    );
    const theirs = Object.entries(latencies(seenOfZarr)).map(([key, ms]) => [`Zarr's ${key}`, ms] as const);
    return {
      name,
      comparisons,
      counts: {
        ...latencies(seen),
        ...Object.fromEntries(theirs),
        ...work,
        'bytes returned': Buffer.byteLength(text),
      },
    };
  } finally {
    for (const one of [server, zarr, bare]) await one.stop();
  }
}

interface PointCoverage {
  readonly domain: { readonly axes: Readonly<Record<'composite' | 'x' | 'y' | 't', { values: unknown[] }>> };
  readonly ranges: { readonly field: { readonly values: readonly number[] } };
}

/**
 * A benchmark of other answers is none: the same places, instants and values; texts of numbers may differ. Where two points lie in
 * one cell ours are Points instead of a MultiPoint, which may have a place only once.
 */
function requireSame(ours: string, theirs: string): void {
  deepStrictEqual(essence(ours), essence(theirs));
}

function essence(text: string) {
  const answer = JSON.parse(text) as PointCoverage & { readonly coverages?: readonly PointCoverage[] };
  const coverages = answer.coverages ?? [answer];
  const places = coverages.flatMap(({ domain: { axes } }) =>
    axes.composite === undefined ? [[axes.x.values[0], axes.y.values[0]]] : axes.composite.values,
  ) as [number, number][];
  return {
    places: places.map((place) => place.map((value) => Number(value.toPrecision(12)))),
    times: coverages[0]!.domain.axes.t.values,
    values: coverages.flatMap(({ ranges }) => ranges.field.values.map(Math.fround)),
  };
}

interface Fetched {
  readonly text: string;
  readonly firstByteMs: number;
  readonly totalMs: number;
  readonly work: Readonly<Record<string, number>>;
}

async function fetchWhole(url: string): Promise<Fetched> {
  const startedMs = performance.now();
  const response = await fetchPatiently(url);
  const firstByteMs = performance.now() - startedMs;
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text.slice(0, 300)}`);
  const [, tiles, bytes] = /tiles=(\d+);bytes=(\d+)/.exec(response.headers.get('tilecurve-work') ?? '') ?? [];
  const work: Record<string, number> =
    tiles === undefined ? {} : { tiles: Number(tiles), 'bytes read': Number(bytes) };
  return { text, firstByteMs, totalMs: performance.now() - startedMs, work };
}

/** A process that has as many requests as it takes says when to ask again; waiting counts as time. */
async function fetchPatiently(url: string): Promise<Response> {
  for (;;) {
    const response = await fetch(url);
    if (response.status !== 429) return response;
    await response.arrayBuffer();
    await wait(1000 * Number(response.headers.get('retry-after')));
  }
}

function latencies(seen: readonly Fetched[]): Record<string, number> {
  const sorted = seen.map(({ totalMs }) => totalMs).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const firstByte = spreadOf(seen.map(({ firstByteMs }) => firstByteMs)).median;
  return { 'p50 ms': at(0.5), 'p95 ms': at(0.95), 'p99 ms': at(0.99), 'first byte ms': firstByte };
}

/** More points than an address holds: the same work without HTTP, from the layer and from the source. */
async function compareInProcess(
  location: string,
  source: SeriesSource,
  { rounds, coords }: { rounds: number; coords: string },
): Promise<Case> {
  const reader = await LayerReader.open(openStore(location), 'field');
  const stats = newStats();
  const answer = async () => {
    const plan = planPosition(reader, { coords, datetime: '2000-01-01T00:00Z' });
    const opened = plan.kind === 'answer' ? await plan.open({ stats }) : undefined;
    if (opened === undefined) throw new Error('no answer');
    const parts: Uint8Array[] = [];
    for await (const part of encodeCoverageJson(opened)) parts.push(part);
    return Buffer.concat(parts).toString();
  };
  const zarr = new ZarrCoverages(await ZarrPeer.open(source.location), source.field);
  const text = await answer();
  const { tilesRead, bytesRead } = stats;
  requireSame(text, await zarr.answer(coords, true));
  const comparisons = await compare(
    answer,
    { 'zarrita + JSON.stringify': () => zarr.answer(coords, true) },
    { rounds, warmUps: 2 },
  );
  await reader.close();
  const counts = { tiles: tilesRead, 'bytes read': bytesRead, 'bytes returned': text.length };
  return { name: `${coords.split(',').length} points x 1 step, in process`, comparisons, counts };
}

/** The whole cube to a client that reads 20 MiB/s and pauses; the peer is that pace. */
async function slowCube(location: string, times: number): Promise<Case> {
  const server = await startTilecurve(location, ['--max-cells', '200000000']);
  try {
    return await readCube(server, times);
  } finally {
    await server.stop();
  }
}

async function readCube(server: ServerProcess, times: number): Promise<Case> {
  const url = `${server.address}/collections/cube/cube?bbox=-180,-90,180,90`;
  // One instant first, so that what is loaded once does not count.
  await fetchWhole(`${server.address}/collections/cube/cube?bbox=-10,-10,10,10&datetime=2020-01-01T00:00Z`);
  const before = server.residentBytes();
  let most = before;
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
