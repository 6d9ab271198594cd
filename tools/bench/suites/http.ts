import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Spread, spreadOf } from '../compare.js';
import { writeComputedLayer } from '../computed-layer.js';
import { type ServerProcess, startBare, startTilecurve } from '../http/server-process.js';
import { requireWrk, runWrk, type WrkResult } from '../http/wrk.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';

const TILE = 64;
const TILE_BYTES = TILE * TILE * 4;
/** After so many, one process of two has been asked for 15 tiles of 16. */
const PASSES = 4;

interface HttpCase {
  readonly name: string;
  /** `packed` has the default codec. */
  readonly layer: 'raw' | 'packed';
  readonly isRandom: boolean;
  readonly processes: number;
  readonly options?: readonly string[];
}

const CASES: readonly HttpCase[] = [
  { name: 'one tile, raw', layer: 'raw', isRandom: false, processes: 1 },
  { name: 'one tile, packed', layer: 'packed', isRandom: false, processes: 1 },
  { name: 'random tiles, raw', layer: 'raw', isRandom: true, processes: 1 },
  { name: 'random tiles, packed', layer: 'packed', isRandom: true, processes: 1 },
  {
    name: 'random tiles, raw, none kept',
    layer: 'raw',
    isRandom: true,
    processes: 1,
    options: ['--answer-cache', '0'],
  },
  { name: 'one tile, raw, 2 processes', layer: 'raw', isRandom: false, processes: 2 },
  { name: 'random tiles, raw, 2 processes', layer: 'raw', isRandom: true, processes: 2 },
];

/** Stored tiles of 16 KiB from the service, against a bare node:http server that sends as many bytes. */
export async function httpSuite(context: BenchContext): Promise<SuiteResult> {
  await requireWrk();
  const isFull = context.scale === 'full';
  const plan = { side: isFull ? 128 : 32, rounds: isFull ? 4 : 2, seconds: isFull ? 2 : 1 };
  const store = join(context.folder, 'store');
  for (const layer of ['raw', 'packed'] as const)
    await writeTiles(context, { store, layer, side: plan.side });
  const cases: Case[] = [];
  for (const one of CASES) {
    const measured = await runCase(context, one, { ...plan, store });
    cases.push(measured);
    context.log(`${one.name} done: ${JSON.stringify(measured.counts)}`);
  }
  const setup = { tiles: plan.side ** 2, 'bytes a tile': TILE_BYTES, wrk: '-t1 -c32', ...plan };
  return { setup, cases };
}

interface Plan {
  readonly store: string;
  /** Tiles on a side of the layer. */
  readonly side: number;
  readonly rounds: number;
  readonly seconds: number;
}

async function writeTiles(
  context: BenchContext,
  { store, layer, side }: Pick<Plan, 'store' | 'side'> & { layer: string },
): Promise<void> {
  context.log(`writing ${side ** 2} tiles, ${layer}`);
  const size = { rows: side * TILE, cols: side * TILE };
  await writeComputedLayer(store, {
    name: layer,
    size,
    valueAt: (_time, row, col) =>
      280 +
      20 * Math.sin(row / 300 + context.seed) +
      5 * Math.sin(col / 77) +
      ((row * 31 + col * 17) % 97) / 97,
    options: {
      tileShape: { row: TILE, col: TILE },
      levels: 1,
      ...(layer === 'raw' && { codec: 'raw' as const }),
      stagingDirectory: join(context.folder, 'staging'),
    },
  });
}

async function runCase(context: BenchContext, one: HttpCase, plan: Plan): Promise<Case> {
  const { layer, isRandom, processes, options = [] } = one;
  const ours = await startTilecurve(plan.store, ['--workers', String(processes), ...options]);
  const peer = await startBare(TILE_BYTES, processes);
  const folder = `/layers/${layer}/tiles/0/field`;
  const script = isRandom ? await writeScript(context, folder, plan.side) : undefined;
  const measure = (server: ServerProcess, seconds = plan.seconds) =>
    measureOne(server, `${folder}/5/7`, { seconds, script });
  try {
    await requireTile(`${ours.address}${folder}/5/7`);
    if (isRandom)
      await askAll(context, ours, { folder, side: plan.side, passes: processes === 1 ? 1 : PASSES });
    await measure(ours, 1);
    await measure(peer, 1);
    const rounds: { ours: Measured; peer: Measured }[] = [];
    for (let round = 0; round < plan.rounds; round++) {
      const oursFirst = round % 2 === 0 ? await measure(ours) : undefined;
      const theirs = await measure(peer);
      rounds.push({ ours: oursFirst ?? (await measure(ours)), peer: theirs });
    }
    return describe(one.name, rounds);
  } finally {
    await ours.stop();
    await peer.stop();
  }
}

interface Measured extends WrkResult {
  readonly cpuUs: number;
}

async function measureOne(
  server: ServerProcess,
  path: string,
  { seconds, script }: { seconds: number; script: string | undefined },
): Promise<Measured> {
  const before = server.cpuMs();
  const result = await runWrk(server.address + path, seconds, script);
  return { ...result, cpuUs: ((server.cpuMs() - before) * 1000) / result.requests };
}

/** Asks for every tile in turn, `passes` times: several processes do not see the same ones in one pass. */
async function askAll(
  { folder }: BenchContext,
  server: ServerProcess,
  { folder: path, side, passes }: { folder: string; side: number; passes: number },
): Promise<void> {
  const file = join(folder, 'all.lua');
  for (let asked = 0; asked < passes * side ** 2; ) {
    const lines = [
      `local n = ${asked}`,
      'request = function()',
      '  n = n + 1',
      `  return wrk.format("GET", "${path}/" .. math.floor(n / ${side}) % ${side} .. "/" .. n % ${side})`,
      'end',
    ];
    await writeFile(file, lines.join('\n'));
    asked += (await runWrk(server.address, 1, file)).requests;
  }
}

/** Paths of random tiles, the same in every run. */
async function writeScript({ folder, seed }: BenchContext, path: string, side: number): Promise<string> {
  const file = join(folder, `random-${path.replaceAll('/', '-')}.lua`);
  const lines = [
    `math.randomseed(${seed})`,
    'request = function()',
    `  return wrk.format("GET", "${path}/" .. math.random(0, ${side - 1}) .. "/" .. math.random(0, ${side - 1}))`,
    'end',
  ];
  await writeFile(file, lines.join('\n'));
  return file;
}

async function requireTile(url: string): Promise<void> {
  const response = await fetch(url);
  const { byteLength } = await response.arrayBuffer();
  if (response.status !== 200 || byteLength !== TILE_BYTES) {
    throw new Error(`${url}: ${response.status}, ${byteLength} bytes`);
  }
}

function describe(
  name: string,
  rounds: readonly { readonly ours: Measured; readonly peer: Measured }[],
): Case {
  const spread = (of: (round: { ours: Measured; peer: Measured }) => number): Spread =>
    spreadOf(rounds.map((round) => of(round)));
  const median = (of: (round: { ours: Measured; peer: Measured }) => number) => spread(of).median;
  return {
    name,
    comparisons: [
      {
        peer: 'bare node:http',
        oursMs: spread(({ ours }) => 1000 / ours.requestsPerSecond),
        peerMs: spread(({ peer }) => 1000 / peer.requestsPerSecond),
        ratio: spread(({ ours, peer }) => peer.requestsPerSecond / ours.requestsPerSecond),
      },
    ],
    counts: {
      'requests/s': median(({ ours }) => ours.requestsPerSecond),
      "peer's": median(({ peer }) => peer.requestsPerSecond),
      'share of the peer, %': median(
        ({ ours, peer }) => (100 * ours.requestsPerSecond) / peer.requestsPerSecond,
      ),
      'CPU us a request': median(({ ours }) => ours.cpuUs),
      "peer's CPU us": median(({ peer }) => peer.cpuUs),
      'p50 ms': median(({ ours }) => ours.p50Ms),
      "peer's p50": median(({ peer }) => peer.p50Ms),
      'p99 ms': median(({ ours }) => ours.p99Ms),
      "peer's p99": median(({ peer }) => peer.p99Ms),
    },
  };
}
