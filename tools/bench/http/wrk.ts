import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The same for every server: one thread, so that the other core is left to it. */
const SETTINGS = ['-t1', '-c32', '--latency'];

/** What wrk saw. */
export interface WrkResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Throws in one line where wrk is not installed. */
export async function requireWrk(): Promise<void> {
  await run('wrk', ['-v']).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error('wrk is missing: apt-get install wrk');
  });
}

/** Asks an address as fast as it answers; a Lua script may choose the paths. Throws when an answer was no 200. */
export async function runWrk(url: string, seconds: number, script?: string): Promise<WrkResult> {
  const chosen = script === undefined ? [] : ['-s', script];
  const { stdout } = await run('wrk', [...SETTINGS, `-d${seconds}s`, ...chosen, url]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url} failed under wrk: ${stdout}`);
  return {
    requests: Number(/(\d+) requests in/.exec(stdout)![1]),
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]),
    p50Ms: latencyMs(stdout, '50%'),
    p99Ms: latencyMs(stdout, '99%'),
  };
}

function latencyMs(text: string, name: string): number {
  const [, value, unit] = new RegExp(`${name}\\s+([\\d.]+)(us|ms|s)`).exec(text)!;
  return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit as 'us' | 'ms' | 's'];
}
