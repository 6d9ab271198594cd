import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { BigField } from '../../big-field.js';

const MAIN = resolve(import.meta.dirname, '../../../dist/cli/main.js');
const BARE = resolve(import.meta.dirname, 'bare-server.ts');
const ZARR = resolve(import.meta.dirname, 'zarr-server.ts');
/** The unit of /proc: hundredths of a second on every Linux there is. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;

/** A server in processes of its own. */
export interface ServerProcess {
  readonly address: string;
  /** CPU time of all its processes so far. */
  cpuMs(): number;
  /** The same to the microsecond for threads that wait; of those that run it may be some milliseconds old. */
  exactCpuMs(): number;
  /** Resident memory of all its processes now. */
  residentBytes(): number;
  stop(): Promise<void>;
}

/** Runs a command of the built command line to its end. */
export async function runTilecurve(args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [MAIN, ...args]);
}

/** The built command line serving a store. */
export async function startTilecurve(store: string, options: readonly string[] = []): Promise<ServerProcess> {
  const args = [MAIN, 'serve', '--store', store, '--port', '0', ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let notes = '';
  const address = await new Promise<string>((done, fail) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      notes += text;
      const found = /serving .* at (http:\S+)/.exec(notes);
      if (found) done(found[1]!);
    });
    child.once('exit', () => fail(new Error(`the service ended: ${notes}`)));
  });
  return describeServer(child, address);
}

/** The peer that sends `sizeBytes`, one of `buffers` at random, from as many processes. */
export async function startBare(
  sizeBytes: number,
  { buffers = 1, processes = 1 }: { readonly buffers?: number; readonly processes?: number } = {},
): Promise<ServerProcess> {
  return startPeer(BARE, [String(sizeBytes), String(buffers)], processes);
}

/** The peer that answers positions from a Zarr, from as many processes. */
export async function startZarr(location: string, field: BigField, processes = 1): Promise<ServerProcess> {
  return startPeer(ZARR, [location, JSON.stringify(field)], processes);
}

/** A script of ours that takes how many processes it is to be last, and says its port once for each. */
async function startPeer(script: string, args: readonly string[], processes: number): Promise<ServerProcess> {
  const child = fork(script, [...args, String(processes)], { execArgv: process.execArgv });
  let listening = 0;
  const port = await new Promise<number>((done, fail) => {
    child.on('message', (found: number) => {
      listening++;
      if (listening === processes) done(found);
    });
    child.once('exit', () => fail(new Error('the peer ended')));
  });
  return describeServer(child, `http://127.0.0.1:${port}`);
}

/** A server that `child` is, or that it started. */
export function describeServer(child: ChildProcess, address: string): ServerProcess {
  const pids = () => [child.pid!, ...childrenOf(child.pid!)];
  const sum = (of: (pid: number) => number) => pids().reduce((total, pid) => total + of(pid), 0);
  return {
    address,
    cpuMs: () => sum((pid) => (statField(pid, 13) + statField(pid, 14)) * TICK_MS),
    exactCpuMs: () => sum((pid) => threadsOf(pid).reduce((total, thread) => total + ranMs(thread), 0)),
    residentBytes: () => sum((pid) => statField(pid, 23) * PAGE_BYTES),
    stop: () =>
      new Promise((done) => {
        child.once('exit', () => done());
        child.kill('SIGTERM');
      }),
  };
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function threadsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
}

/** How long a thread has run; 0 for one that has ended since it was listed. */
function ranMs(thread: string): number {
  try {
    return Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}

/** Field number `field`, from 0, of a process; the name in the second may have spaces. */
function statField(pid: number, field: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[field - 2]);
}
