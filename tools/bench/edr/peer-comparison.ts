import { createRandom } from '../../random.js';
import { spreadOf } from '../compare.js';
import { LoadClient, type MeasuredLoad } from '../http/load.js';
import { type ServerProcess, startTilecurve } from '../http/server-process.js';
import type { PythonEnvironment } from '../peers/python-environment.js';
import { startPygeoapi, startXpublish } from '../peers/python-servers.js';
import type { BenchContext, Case, Table } from '../suite.js';
import { differenceOf, readCells } from './coverage-cells.js';
import { type Dialect, pygeoapiAddress, tilecurveAddress, xpublishAddress } from './dialects.js';
import type { EdrData } from './edr-data.js';
import { type Measuring, medianOf } from './latency-table.js';
import { type EdrQuestion, type EdrRequest, edrQuestions } from './queries.js';

const CONNECTIONS = [1, 16] as const;
const PATHS = 100;
/** Answers compared cell by cell before a question is timed. */
const CHECKED = 3;
const TIMEOUT_MS = 20_000;
/** Of one measurement. */
const MAX_REQUESTS = 5000;

interface Server {
  readonly name: string;
  readonly process: ServerProcess;
  readonly addressOf: Dialect;
}

/** What the peers took for the questions they answer as we do, and what they say to the others. */
export interface PeerComparison {
  readonly cases: readonly Case[];
  readonly table: Table;
}

/** The same requests to pygeoapi and xpublish-edr on the Zarr that the layers were written from, as CoverageJSON. */
export async function compareWithPeers(
  context: BenchContext,
  data: EdrData,
  { environment, ...measuring }: Measuring & { readonly environment: PythonEnvironment },
): Promise<PeerComparison> {
  const client = new LoadClient();
  const servers: Server[] = [];
  try {
    servers.push(await startOurs(data), ...(await startPeers(context, data, environment)));
    const [ours, ...peers] = servers as [Server, ...Server[]];
    const cases: Case[] = [];
    const rows: string[][] = [];
    for (const question of Object.values(edrQuestions(data))) {
      const random = createRandom(context.seed);
      const requests = Array.from({ length: PATHS }, () => question.draw(random));
      const refusals = await Promise.all(peers.map((peer) => refusalOf(ours, peer, requests)));
      rows.push([question.name, ...refusals.map((refusal) => refusal ?? 'equal')]);
      context.log(rows.at(-1)!.join(' | '));
      const able = peers.filter((_, i) => refusals[i] === undefined);
      if (able.length === 0) continue;
      const asked = { log: context.log, client, ours, peers: able, question, requests };
      cases.push(...(await compareQuestion({ ...asked, ...measuring })));
    }
    const title = `What the peers answer: ${CHECKED} answers to each question compared with ours cell by cell, as float32`;
    return { cases, table: { title, columns: ['question', ...peers.map(({ name }) => name)], rows } };
  } finally {
    client.stop();
    for (const { process } of servers) await process.stop();
  }
}

async function startOurs({ store }: EdrData): Promise<Server> {
  const process = await startTilecurve(store, ['--answer-cache', '0']);
  return { name: 'tilecurve', process, addressOf: tilecurveAddress };
}

async function startPeers(
  { folder }: BenchContext,
  { zarrFolder }: EdrData,
  environment: PythonEnvironment,
): Promise<Server[]> {
  const options = { environment, folder, data: zarrFolder, processes: 1 };
  const collections = [
    { name: 'levels', location: `${zarrFolder}/levels.zarr`, hasLevels: true },
    { name: 'surface', location: `${zarrFolder}/surface.zarr`, hasLevels: false },
  ];
  const xpublish = await startXpublish(options);
  const pygeoapi = await startPygeoapi(options, collections).catch(async (error) => {
    await xpublish.stop();
    throw error;
  });
  return [
    { name: 'pygeoapi', process: pygeoapi, addressOf: pygeoapiAddress },
    { name: 'xpublish-edr', process: xpublish, addressOf: xpublishAddress },
  ];
}

/** Why a peer is not compared: what it says instead of an answer, or how its answer differs. */
async function refusalOf(
  ours: Server,
  peer: Server,
  requests: readonly EdrRequest[],
): Promise<string | undefined> {
  for (const request of requests.slice(0, CHECKED)) {
    const right = await ask(ours, request);
    if (right.status !== 200) throw new Error(`${right.status}: ${right.text.slice(0, 300)}`);
    const { status, text } = await ask(peer, request).catch((error: Error) => ({
      status: error.name,
      text: '',
    }));
    if (status !== 200) return `cannot: ${status}`;
    const level = request.parameters.z;
    const refusal = tryComparing(readCells(right.text, level), () => readCells(text, level));
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function tryComparing(
  right: ReturnType<typeof readCells>,
  read: () => ReturnType<typeof readCells>,
): string | undefined {
  try {
    const difference = differenceOf(right, read());
    return difference && `cannot: ${difference}`;
  } catch (error) {
    return `cannot: ${(error as Error).message}`;
  }
}

async function ask(server: Server, request: EdrRequest): Promise<{ status: number; text: string }> {
  const url = server.process.address + server.addressOf(request);
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { status: response.status, text: await response.text() };
}

interface QuestionToCompare extends Measuring {
  readonly log: (line: string) => void;
  readonly client: LoadClient;
  readonly ours: Server;
  readonly peers: readonly Server[];
  readonly question: EdrQuestion;
  readonly requests: readonly EdrRequest[];
}

/**
 * A case for each peer and number of connections; all take turns, and another one begins each round. A peer that fails
 * under load, or takes too long, has no case for it.
 */
async function compareQuestion(asked: QuestionToCompare): Promise<Case[]> {
  const cases: Case[] = [];
  for (const connections of CONNECTIONS) {
    const servers = [asked.ours, ...asked.peers];
    const results = new Map<Server, MeasuredLoad[]>(servers.map((server) => [server, []]));
    for (let round = -1; round < asked.rounds; round++) {
      for (let turn = 0; turn < servers.length; turn++) {
        const server = servers[(turn + round + servers.length) % servers.length]!;
        const measured = results.get(server);
        if (measured === undefined) continue;
        const result = await measure(server, connections, { ...asked, round }).catch((error: Error) => {
          if (server === asked.ours) throw error;
          asked.log(`${asked.question.name}, ${connections} at once: ${server.name} fails: ${error.message}`);
          results.delete(server);
        });
        if (round >= 0 && result !== undefined) measured.push(result);
      }
    }
    const ours = results.get(asked.ours)!;
    for (const peer of asked.peers) {
      const measured = results.get(peer);
      if (measured === undefined) continue;
      const name = `${asked.question.name}, ${connections} at once`;
      cases.push(describe(name, ours, { name: peer.name, results: measured }));
    }
  }
  return cases;
}

function measure(
  { process, addressOf }: Server,
  connections: number,
  { client, requests, seconds, round }: QuestionToCompare & { readonly round: number },
): Promise<MeasuredLoad> {
  return client.measure(process, {
    paths: requests.map((request) => addressOf(request)),
    firstPath: 0,
    connections,
    seconds: round < 0 ? seconds / 4 : seconds,
    maxRequests: MAX_REQUESTS,
    timeoutMs: TIMEOUT_MS,
  });
}

function describe(
  name: string,
  ours: readonly MeasuredLoad[],
  peer: { readonly name: string; readonly results: readonly MeasuredLoad[] },
): Case {
  return {
    name,
    comparisons: [
      {
        peer: peer.name,
        oursMs: spreadOf(ours.map(({ p50Ms }) => p50Ms)),
        peerMs: spreadOf(peer.results.map(({ p50Ms }) => p50Ms)),
        ratio: spreadOf(ours.map(({ p50Ms }, round) => p50Ms / peer.results[round]!.p50Ms)),
      },
    ],
    counts: {
      'ours p99 ms': medianOf(ours, ({ p99Ms }) => p99Ms),
      'peer p99 ms': medianOf(peer.results, ({ p99Ms }) => p99Ms),
      'ours requests/s': medianOf(ours, ({ requestsPerSecond }) => requestsPerSecond),
      'peer requests/s': medianOf(peer.results, ({ requestsPerSecond }) => requestsPerSecond),
      'ours CPU ms': medianOf(ours, ({ cpuMs }) => cpuMs),
      'peer CPU ms': medianOf(peer.results, ({ cpuMs }) => cpuMs),
    },
  };
}
