import { Agent, get, type IncomingMessage } from 'node:http';
import type { Load, LoadResult } from './load.js';

/** The other end of `LoadClient`: asks as it is told, a load at a time, and says what it saw. */
process.on('message', async (load: Load) => {
  process.send!(await runLoad(load));
});

interface Answer {
  readonly status: string;
  readonly ms: number;
  readonly bytes: number;
  /** What Tilecurve-Work says, if there is one. */
  readonly tiles: number;
  readonly bytesRead: number;
}

async function runLoad(load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const answers: Answer[] = [];
  const startMs = performance.now();
  let next = load.firstPath;
  const last = next + load.maxRequests;
  const askOnAndOn = async () => {
    while (next < last && performance.now() - startMs < load.seconds * 1000) {
      const path = load.paths[next++ % load.paths.length]!;
      answers.push(await ask(load.address + path, agent, load.timeoutMs));
    }
  };
  await Promise.all(Array.from({ length: load.connections }, askOnAndOn));
  const seconds = (performance.now() - startMs) / 1000;
  agent.destroy();
  return summarise(answers, seconds, load.connections);
}

function ask(url: string, agent: Agent, timeoutMs: number): Promise<Answer> {
  const startMs = performance.now();
  return new Promise((done) => {
    const end = (status: string, bytes = 0, headers: IncomingMessage['headers'] = {}) => {
      const [, tiles = 0, bytesRead = 0] =
        /tiles=(\d+);bytes=(\d+)/.exec(String(headers['tilecurve-work'] ?? '')) ?? [];
      done({
        status,
        ms: performance.now() - startMs,
        bytes,
        tiles: Number(tiles),
        bytesRead: Number(bytesRead),
      });
    };
    const request = get(url, { agent, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
      });
      response.on('end', () => end(String(response.statusCode), bytes, response.headers));
      response.on('error', (error) => end(error.name));
    });
    request.on('error', (error) => end(error.name));
  });
}

function summarise(answers: readonly Answer[], seconds: number, connections: number): LoadResult {
  const right = answers.filter(({ status }) => status === '200');
  const sorted = right.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const mean = (of: (answer: Answer) => number) =>
    right.reduce((sum, answer) => sum + of(answer), 0) / right.length;
  return {
    connections,
    requests: right.length,
    requestsPerSecond: right.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    bytes: mean(({ bytes }) => bytes),
    tiles: mean(({ tiles }) => tiles),
    bytesRead: mean(({ bytesRead }) => bytesRead),
    failures: [...new Set(answers.map(({ status }) => status))].filter((status) => status !== '200'),
  };
}
