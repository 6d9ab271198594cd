import { createRandom } from '../../random.js';
import { spreadOf } from '../compare.js';
import { LoadClient, type MeasuredLoad } from '../http/load.js';
import { type ServerProcess, startTilecurve } from '../http/server-process.js';
import { withEnds } from '../report.js';
import type { BenchContext, Table } from '../suite.js';
import { countCells } from './coverage-cells.js';
import { tilecurveAddress } from './dialects.js';
import type { EdrData } from './edr-data.js';
import { type EdrQuestion, edrQuestions } from './queries.js';

const CONNECTIONS = [1, 16, 128] as const;
/** Where CPU time is counted: long enough, and nobody waits in a queue. */
const CPU_CONNECTIONS = 16;
/** Different requests of a question; none comes twice while another of its kind is under way. */
const PATHS = 300;
const TIMEOUT_MS = 60_000;
/** Of one measurement: more than can be made. */
const MAX_REQUESTS = 1_000_000;

/** How long is measured, and how often. */
export interface Measuring {
  readonly rounds: number;
  readonly seconds: number;
}

interface Row {
  readonly question: EdrQuestion;
  readonly form: string;
  /** The same request each time, from a service that keeps answers. */
  readonly isRepeated?: boolean;
}

/** Each question as CoverageJSON, and some in every other form, asked by 1, 16 and 128 clients. */
export async function measureLatencies(
  context: BenchContext,
  data: EdrData,
  measuring: Measuring,
): Promise<Table> {
  const client = new LoadClient();
  const servers = {
    // Nothing kept: every answer is made.
    varied: await startTilecurve(data.store, ['--answer-cache', '0']),
    repeated: await startTilecurve(data.store),
  };
  try {
    const rows: string[][] = [];
    for (const row of rowsOf(data)) {
      const server = row.isRepeated ? servers.repeated : servers.varied;
      rows.push(await measureRow(context, { ...row, ...measuring, server, client }));
      context.log(`${rows.at(-1)!.join(' | ')}`);
    }
    return {
      title: `Times of one process, p50 ms (lowest to highest of ${measuring.rounds} rounds), p99 ms, and requests/s`,
      columns: [
        ...['question', 'form', 'cells', 'KB', 'tiles', 'KB read', 'CPU ms'],
        ...CONNECTIONS.map((count) => `${count} at once`),
      ],
      rows,
    };
  } finally {
    client.stop();
    for (const server of Object.values(servers)) await server.stop();
  }
}

function rowsOf({ times, places }: EdrData): Row[] {
  const questions = edrQuestions({ times, places });
  const { series, cube, area } = questions;
  const others = ['GeoJSON', 'CSV', 'NetCDF', 'Arrow', 'MessagePack', 'CBOR'];
  const forms = (question: EdrQuestion) => others.map((form) => ({ question, form }));
  return [
    ...Object.values(questions).map((question) => ({ question, form: 'CoverageJSON' })),
    ...forms(series),
    ...forms(cube),
    { question: area, form: 'GeoTIFF' },
    {
      question: { ...series, name: `${series.name}, the same again and again` },
      form: 'CoverageJSON',
      isRepeated: true,
    },
  ];
}

interface RowToMeasure extends Row, Measuring {
  readonly server: ServerProcess;
  readonly client: LoadClient;
}

async function measureRow({ seed }: BenchContext, row: RowToMeasure): Promise<string[]> {
  const { question, form, isRepeated = false, server, rounds, client } = row;
  const random = createRandom(seed);
  const requests = Array.from({ length: isRepeated ? 1 : PATHS }, () => question.draw(random));
  const paths = requests.map((request) => tilecurveAddress(request, form));
  const cells = await meanCells(
    requests.slice(0, 5).map((request) => server.address + tilecurveAddress(request)),
  );
  const byConnections = new Map<number, MeasuredLoad[]>(CONNECTIONS.map((count) => [count, []]));
  let asked = 0;
  for (let round = -1; round < rounds; round++) {
    for (const connections of CONNECTIONS) {
      // A round before the first warms up, for a quarter of the time.
      const seconds = round < 0 ? row.seconds / 4 : row.seconds;
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
  const [{ bytes, tiles, bytesRead }] = byConnections.get(CONNECTIONS[0]) as [MeasuredLoad];
  return [
    question.name,
    form,
    cells.toFixed(0),
    kilobytes(bytes),
    tiles.toFixed(tiles < 10 ? 1 : 0),
    kilobytes(bytesRead),
    threeDigits(medianOf(byConnections.get(CPU_CONNECTIONS)!, ({ cpuMs }) => cpuMs)),
    ...[...byConnections.values()].map(describeLoads),
  ];
}

async function meanCells(urls: readonly string[]): Promise<number> {
  let cells = 0;
  for (const url of urls) {
    const answer = await fetch(url);
    const text = await answer.text();
    if (answer.status !== 200)
      throw new Error(`${url.slice(0, 200)}: ${answer.status} ${text.slice(0, 300)}`);
    cells += countCells(text);
  }
  return cells / urls.length;
}

function describeLoads(results: readonly MeasuredLoad[]): string {
  const p50 = withEnds(spreadOf(results.map(({ p50Ms }) => p50Ms)));
  const p99 = threeDigits(medianOf(results, ({ p99Ms }) => p99Ms));
  return `${p50}, ${p99}; ${threeDigits(medianOf(results, ({ requestsPerSecond }) => requestsPerSecond))}/s`;
}

/** Median over the rounds. */
export function medianOf(results: readonly MeasuredLoad[], of: (result: MeasuredLoad) => number): number {
  return spreadOf(results.map(of)).median;
}

function kilobytes(bytes: number): string {
  return threeDigits(bytes / 1000);
}

function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
