import { spreadOf } from '../compare.js';
import type { Measuring } from '../edr/latency-table.js';
import { LoadClient, type MeasuredLoad } from '../http/load.js';
import { type ServerProcess, startTilecurve } from '../http/server-process.js';
import type { PythonEnvironment } from '../peers/python-environment.js';
import { startTitiler } from '../peers/python-servers.js';
import type { BenchContext, Case } from '../suite.js';
import { type AskedTile, drawTiles, type TileData } from './tile-data.js';
import { type TitilerQuestion, titilerQuestions } from './titiler-questions.js';

const CONNECTIONS = [1, 16] as const;
const PATHS = 60;
/** Tiles compared pixel by pixel before a zoom is timed. */
const CHECKED = 3;
/** GDAL's approximation may take the neighbouring cell at an edge, and its last rows are not ours. */
const EQUAL_SHARE = 0.97;
const PIXELS = 256 * 256;
const TIMEOUT_MS = 60_000;
const MAX_REQUESTS = 5000;

/** The same tiles from titiler: nearest, viridis, the same range. Throws when too many of its pixels have other values. */
export async function compareWithTitiler(
  context: BenchContext,
  data: TileData,
  { environment, ...measuring }: Measuring & { readonly environment: PythonEnvironment },
): Promise<Case[]> {
  const questions = await titilerQuestions(context, data, environment);
  const client = new LoadClient();
  const ours = await startTilecurve(data.store, ['--answer-cache', '0']);
  const options = { environment, folder: context.folder, data: context.folder, processes: 1 };
  const peer = await startTitiler(options).catch(async (error) => {
    await ours.stop();
    throw error;
  });
  const cases: Case[] = [];
  try {
    for (const question of questions) {
      for (const zoom of question.zooms) {
        for (const found of await compareZoom({ client, ours, peer }, question, {
          ...measuring,
          zoom,
          seed: context.seed,
        })) {
          cases.push(found);
          context.log(`${found.name}: ${JSON.stringify(found.counts)}`);
        }
      }
    }
  } finally {
    client.stop();
    for (const server of [ours, peer]) await server.stop();
  }
  return cases;
}

interface Servers {
  readonly client: LoadClient;
  readonly ours: ServerProcess;
  readonly peer: ServerProcess;
}

async function compareZoom(
  { client, ours, peer }: Servers,
  question: TitilerQuestion,
  { zoom, seed, rounds, seconds }: Measuring & { readonly zoom: number; readonly seed: number },
): Promise<Case[]> {
  const tiles = drawTiles(question.layer, zoom, PATHS, seed);
  const share = await equalShare({ ours, peer }, question, tiles.slice(0, CHECKED));
  if (share < EQUAL_SHARE)
    throw new Error(`${question.peer}: only ${share} of the pixels of zoom ${zoom} are ours`);
  const [low, high] = question.range;
  const paths = {
    ours: tiles.map((tile) => `${question.ours(tile, 'png')}&range=${low},${high}`),
    peer: tiles.map((tile) => `${question.theirs(tile, 'png')}&rescale=${low},${high}&colormap_name=viridis`),
  };
  const cases: Case[] = [];
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
    cases.push(
      describe(`${question.layer.name}, zoom ${zoom}, ${connections} at once`, results, {
        share,
        peer: question.peer,
      }),
    );
  }
  return cases;
}

/** How many pixels have the same float32, within the tolerance. Pixels without data have none in both. */
async function equalShare(
  { ours, peer }: Pick<Servers, 'ours' | 'peer'>,
  question: TitilerQuestion,
  tiles: readonly AskedTile[],
): Promise<number> {
  let [equal, all] = [0, 0];
  for (const tile of tiles) {
    const right = await fetchBytes(ours.address + question.ours(tile, 'f32'));
    const { cells, mask } = arraysOfNpy(await fetchBytes(peer.address + question.theirs(tile, 'npy')));
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      all++;
      const value = right.readFloatLE(pixel * 4);
      const hasValue = mask.readFloatLE(pixel * 4) > 0;
      const difference = Math.abs(value - cells.readFloatLE(pixel * 4));
      if (hasValue ? difference <= question.tolerance : Number.isNaN(value)) equal++;
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

/** The cells of a numpy file of float32 with one band, and the mask behind it. */
function arraysOfNpy(file: Buffer): { readonly cells: Buffer; readonly mask: Buffer } {
  const headerBytes = file.readUInt16LE(8);
  const header = file.toString('latin1', 10, 10 + headerBytes);
  if (!header.includes("'<f4'")) throw new Error(`not float32: ${header}`);
  const bytes = file.subarray(10 + headerBytes);
  return { cells: bytes.subarray(0, PIXELS * 4), mask: bytes.subarray(PIXELS * 4) };
}

function describe(
  name: string,
  { ours, peer }: { readonly ours: readonly MeasuredLoad[]; readonly peer: readonly MeasuredLoad[] },
  about: { readonly share: number; readonly peer: string },
): Case {
  const median = (results: readonly MeasuredLoad[], of: (result: MeasuredLoad) => number) =>
    spreadOf(results.map(of)).median;
  return {
    name,
    comparisons: [
      {
        peer: about.peer,
        oursMs: spreadOf(ours.map(({ p50Ms }) => p50Ms)),
        peerMs: spreadOf(peer.map(({ p50Ms }) => p50Ms)),
        ratio: spreadOf(ours.map(({ p50Ms }, round) => p50Ms / peer[round]!.p50Ms)),
      },
    ],
    counts: {
      'ours requests/s': median(ours, ({ requestsPerSecond }) => requestsPerSecond),
      'peer requests/s': median(peer, ({ requestsPerSecond }) => requestsPerSecond),
      'equal pixels, %': 100 * about.share,
    },
  };
}
