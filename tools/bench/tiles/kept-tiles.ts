import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spreadOf } from '../compare.js';
import type { Measuring } from '../edr/latency-table.js';
import { type ServerProcess, startBare, startTilecurve } from '../http/server-process.js';
import { requireWrk, runWrk } from '../http/wrk.js';
import type { BenchContext, Case } from '../suite.js';
import { drawTiles, type TileData, tileAddress } from './tile-data.js';

/** Tiles of a screen or four, which an animation or many users ask for again. */
const TILES = 64;

/**
 * Tiles that the service has kept, against a bare node:http server that sends as many bytes from as many buffers. Both start
 * anew for each round: of the same code, one process is up to a third faster than the next, as long as it lives.
 */
export async function measureKept(
  context: BenchContext,
  data: TileData,
  { rounds, seconds }: Measuring,
): Promise<Case[]> {
  await requireWrk();
  const cases: Case[] = [];
  for (const layer of data.layers) {
    const paths = drawTiles(layer, 3, TILES, context.seed).map((tile) => tileAddress(tile));
    const script = await writeScript(context, layer.name, paths);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      measured.push(await measureRound(data.store, { paths, script, seconds, oursFirst: round % 2 === 0 }));
    }
    cases.push(describe(`${layer.name}, ${TILES} tiles kept`, measured));
    context.log(JSON.stringify(cases.at(-1)!.counts));
  }
  return cases;
}

/** Requests a second of both, and the mean size of a tile. */
interface Round {
  readonly ours: number;
  readonly peer: number;
  readonly bytes: number;
}

async function measureRound(
  store: string,
  {
    paths,
    script,
    seconds,
    oursFirst,
  }: {
    readonly paths: readonly string[];
    readonly script: string;
    readonly seconds: number;
    readonly oursFirst: boolean;
  },
): Promise<Round> {
  const ours = await startTilecurve(store);
  try {
    const bytes = await meanBytes(ours, paths);
    const bare = await startBare(bytes, { buffers: TILES });
    try {
      const measure = async (server: ServerProcess, length = seconds) =>
        (await runWrk(server.address, length, script)).requestsPerSecond;
      for (const server of [ours, bare]) await measure(server, 1);
      const first = oursFirst ? await measure(ours) : undefined;
      const peer = await measure(bare);
      return { ours: first ?? (await measure(ours)), peer, bytes };
    } finally {
      await bare.stop();
    }
  } finally {
    await ours.stop();
  }
}

/** Asks for each tile twice, so that all are kept. */
async function meanBytes({ address }: ServerProcess, paths: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const path of [...paths, ...paths]) {
    const answer = await fetch(address + path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    bytes += (await answer.arrayBuffer()).byteLength;
  }
  return Math.round(bytes / paths.length / 2);
}

async function writeScript(
  { folder, seed }: BenchContext,
  name: string,
  paths: readonly string[],
): Promise<string> {
  const file = join(folder, `kept-${name}.lua`);
  const lines = [
    `math.randomseed(${seed})`,
    `local paths = {${paths.map((path) => JSON.stringify(path)).join(', ')}}`,
    'request = function() return wrk.format("GET", paths[math.random(#paths)]) end',
  ];
  await writeFile(file, lines.join('\n'));
  return file;
}

function describe(name: string, measured: readonly Round[]): Case {
  const spread = (of: (one: Round) => number) => spreadOf(measured.map(of));
  return {
    name,
    comparisons: [
      {
        peer: 'bare node:http',
        oursMs: spread(({ ours }) => 1000 / ours),
        peerMs: spread(({ peer }) => 1000 / peer),
        ratio: spread(({ ours, peer }) => peer / ours),
      },
    ],
    counts: {
      bytes: measured[0]!.bytes,
      'ours requests/s': spread(({ ours }) => ours).median,
      'peer requests/s': spread(({ peer }) => peer).median,
      "share of peer's, %": spread(({ ours, peer }) => (100 * ours) / peer).median,
    },
  };
}
