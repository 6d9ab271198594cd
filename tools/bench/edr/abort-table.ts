import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom, type Random } from '../../random.js';
import { type ServerProcess, startTilecurve } from '../http/server-process.js';
import type { BenchContext, Scale, Table } from '../suite.js';
import type { EdrData } from './edr-data.js';

/** A client leaves at a moment of its own between these. */
const LEAVES_MS = { first: 5, last: 150 } as const;
/** Without work for so long a request has come to its end. */
const QUIET_MS = 150;
const POLL_MS = 1;
/** What a process takes that has nothing to do, in a poll. */
const IDLE_MS = 0.1;
const ABORTS: Readonly<Record<Scale, number>> = { full: 40, short: 3 };
/** All of them take far longer than until the client leaves. */
const MAX_CELLS = '1000000000';

const world = 'bbox=-180,-90,180,90&parameter-name=temperature';
const requests: Readonly<Record<string, string>> = {
  'cube, CoverageJSON': `cube?${world}`,
  'cube, GeoJSON': `cube?${world}&f=GeoJSON`,
  'cube, CSV': `cube?${world}&f=CSV`,
  'cube, NetCDF': `cube?${world}&f=NetCDF`,
  'cube, Arrow': `cube?${world}&f=Arrow`,
  'cube, MessagePack': `cube?${world}&f=MessagePack`,
  'cube, CBOR': `cube?${world}&f=CBOR`,
  'cube, samples':
    `cube?${world}&crs=EPSG:8857&resolution-x=2000&resolution-y=1000&bbox=-1.7e7,-8e6,1.7e7,8e6`.replace(
      'bbox=-180,-90,180,90&',
      '',
    ),
  area: 'area?coords=POLYGON((-170 -80,0 -80,170 -80,170 80,0 60,-170 80,-170 -80))&parameter-name=temperature',
  radius: 'radius?coords=POINT(10 20)&within=9000&within-units=km&parameter-name=temperature',
  corridor:
    'corridor?coords=LINESTRING(-120 -50,0 60,120 -40)&corridor-width=6000&width-units=km&parameter-name=temperature',
  'mean over t': `cube?${world}&aggregation=(mean,t)`,
  'std over x, y': `cube?${world}&aggregation=(std,x,y)`,
  'position, 2,000 series': `position?coords=MULTIPOINT(${scattered(2000)})&parameter-name=temperature`,
};

/**
 * From a client's leaving to the last work for it: CPU time of all threads of the service, looked at every
 * millisecond. Nothing else is asked meanwhile.
 */
export async function measureAborts(context: BenchContext, { store }: EdrData): Promise<Table> {
  const server = await startTilecurve(store, ['--answer-cache', '0', '--max-cells', MAX_CELLS]);
  const random = createRandom(context.seed);
  try {
    const rows: string[][] = [];
    for (const [name, query] of Object.entries(requests)) {
      const path = `/collections/levels/${query.replaceAll(' ', '+')}`;
      rows.push([name, ...(await measureRequest(server, path, { random, aborts: ABORTS[context.scale] }))]);
      context.log(`abort: ${rows.at(-1)!.join(' | ')}`);
    }
    return {
      title: `From abort to the last work of the request, ms; clients leave after ${LEAVES_MS.first} to ${LEAVES_MS.last} ms`,
      columns: ['request', 'aborts', 'p50', 'p95', 'max', 'CPU ms after the abort, p50', 'max'],
      rows,
    };
  } finally {
    await server.stop();
  }
}

async function measureRequest(
  server: ServerProcess,
  path: string,
  { random, aborts }: { readonly random: Random; readonly aborts: number },
): Promise<string[]> {
  const stops: Stop[] = [];
  // The first two warm up.
  for (let round = -2; round < aborts; round++) {
    const stayMs = LEAVES_MS.first + random() * (LEAVES_MS.last - LEAVES_MS.first);
    const stop = await abortOnce(server, path, stayMs);
    if (round >= 0 && stop !== undefined) stops.push(stop);
  }
  const delays = stops.map(({ delayMs }) => delayMs);
  const cpu = stops.map(({ cpuMs }) => cpuMs);
  return [
    String(stops.length),
    ...[0.5, 0.95, 1].map((part) => shareOf(delays, part)),
    ...[0.5, 1].map((part) => shareOf(cpu, part)),
  ];
}

/** What so many of the values do not exceed; nothing where all were answered before their client left. */
function shareOf(values: readonly number[], part: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(part * sorted.length) - 1]?.toFixed(0) ?? '-';
}

/** How the work for a request came to its end. */
interface Stop {
  readonly delayMs: number;
  /** On a machine that is busy with other things work takes longer, but no more of this. */
  readonly cpuMs: number;
}

/** What follows when a client leaves; undefined for an answer that was whole by then. */
async function abortOnce(server: ServerProcess, path: string, stayMs: number): Promise<Stop | undefined> {
  const socket = await ask(server.address, path);
  await wait(stayMs);
  if (socket.closed || socket.readableEnded) return undefined;
  socket.destroy();
  const leftMs = performance.now();
  let lastWorkMs = leftMs;
  const firstCpuMs = server.exactCpuMs();
  let [cpuMs, lastCpuMs] = [firstCpuMs, firstCpuMs];
  while (performance.now() - lastWorkMs < QUIET_MS) {
    await wait(POLL_MS);
    const nowMs = server.exactCpuMs();
    if (nowMs - cpuMs > IDLE_MS) [lastWorkMs, lastCpuMs] = [performance.now(), nowMs];
    cpuMs = nowMs;
  }
  return { delayMs: lastWorkMs - leftMs, cpuMs: lastCpuMs - firstCpuMs };
}

/** Sends a request, and takes what comes of its answer. */
async function ask(address: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port) });
  let head = '';
  socket.on('data', (part) => {
    if (head !== '') return;
    head = part.toString('latin1', 0, 20);
    if (!head.startsWith('HTTP/1.1 200')) socket.destroy(new Error(`${path.slice(0, 100)}: ${head}`));
  });
  await new Promise<void>((done, fail) => socket.once('connect', done).once('error', fail));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  return socket;
}

function scattered(count: number): string {
  return Array.from({ length: count }, (_, i) => `${(i * 37) % 350} ${((i * 11) % 160) - 80}`).join();
}
