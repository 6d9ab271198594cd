import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Spread, spreadOf } from '../compare.js';
import { writeComputedLayer } from '../computed-layer.js';
import { type ServerProcess, startBare, startTilecurve } from '../http/server-process.js';
import { requireWrk, runWrk, type WrkResult } from '../http/wrk.js';
import type { BenchContext, Case, SuiteResult } from '../suite.js';

const TILE = 64;
const TILE_BYTES = TILE * TILE * 4;
/** By number of processes: one joins an answer when it is sent again; after four, one of two has been asked for 15 tiles of 16. */
const PASSES: Readonly<Record<number, number>> = { 1: 2, 2: 4 };

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
  {
    // What two processes have by default does not hold all tiles in each.
    name: 'random tiles, raw, 2 processes, all kept',
    layer: 'raw',
    isRandom: true,
    processes: 2,
    options: ['--answer-cache', '1GiB'],
  },
];

/**
 * Stored tiles of 16 KiB from the service, against bare node:http servers of as many processes that send as many bytes:
 * always the same, and, where random tiles are asked for, from as many buffers as there are tiles.
 */
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
  const peers = [await startBare(TILE_BYTES, { processes })];
  if (isRandom) peers.push(await startBare(TILE_BYTES, { processes, buffers: plan.side ** 2 }));
  const folder = `/layers/${layer}/tiles/0/field`;
  const script = isRandom ? await writeScript(context, folder, plan.side) : undefined;
  const measure = (server: ServerProcess, seconds = plan.seconds) =>
    measureOne(server, `${folder}/5/7`, { seconds, script });
  try {
    await requireTile(`${ours.address}${folder}/5/7`);
    if (isRandom) await askAll(context, ours, { folder, side: plan.side, passes: PASSES[processes]! });
    for (const server of [ours, ...peers]) await measure(server, 1);
    const rounds: Round[] = [];
    for (let round = 0; round < plan.rounds; round++)
      rounds.push(await measureRound([ours, ...peers], round, measure));
    return describe(one.name, rounds);
  } finally {
    for (const server of [ours, ...peers]) await server.stop();
  }
}

/** What each server did in one round; [k] of `peers` is of the peer that was started as number k. */
interface Round {
  readonly ours: Measured;
  readonly peers: readonly Measured[];
}

/** Every server once; who goes first changes with the rounds. */
async function measureRound(
  servers: readonly ServerProcess[],
  round: number,
  measure: (server: ServerProcess) => Promise<Measured>,
): Promise<Round> {
  const measured = new Map<ServerProcess, Measured>();
  const first = round % servers.length;
  for (const server of [...servers.slice(first), ...servers.slice(0, first)]) {
    measured.set(server, await measure(server));
  }
  const [ours, ...peers] = servers.map((server) => measured.get(server)!);
  return { ours: ours!, peers };
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

const PEERS = ['bare node:http', 'bare node:http, as many buffers as tiles'];

function describe(name: string, rounds: readonly Round[]): Case {
  const spread = (of: (round: Round) => number): Spread => spreadOf(rounds.map(of));
  const median = (of: (round: Round) => number) => spread(of).median;
  const peers = rounds[0]!.peers.map((_, k) => ({ name: PEERS[k]!, of: (round: Round) => round.peers[k]! }));
  const counts: Record<string, number> = {
    'requests/s': median(({ ours }) => ours.requestsPerSecond),
    'CPU us a request': median(({ ours }) => ours.cpuUs),
    'p50 ms': median(({ ours }) => ours.p50Ms),
    'p99 ms': median(({ ours }) => ours.p99Ms),
  };
  for (const [k, { of }] of peers.entries()) {
    const whose = k === 0 ? "peer's" : "second's";
    counts[`share of ${whose}, %`] = median(
      (round) => (100 * round.ours.requestsPerSecond) / of(round).requestsPerSecond,
    );
    counts[`${whose} requests/s`] = median((round) => of(round).requestsPerSecond);
    counts[`${whose} CPU us`] = median((round) => of(round).cpuUs);
    counts[`${whose} p50 ms`] = median((round) => of(round).p50Ms);
    counts[`${whose} p99 ms`] = median((round) => of(round).p99Ms);
  }
  return {
    name,
    comparisons: peers.map(({ name: peer, of }) => ({
      peer,
      oursMs: spread(({ ours }) => 1000 / ours.requestsPerSecond),
      peerMs: spread((round) => 1000 / of(round).requestsPerSecond),
      ratio: spread((round) => of(round).requestsPerSecond / round.ours.requestsPerSecond),
    })),
    counts,
  };
}
