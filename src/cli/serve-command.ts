import cluster from 'node:cluster';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { BlobStore } from '../blob/index.js';
import { parseByteSize } from '../bytes/index.js';
import { InvalidArgumentError, UnavailableError } from '../errors/index.js';
import { collectServiceGarbageSeldom } from './garbage.js';
import { asOption, openExistingStore, parseCount } from './layer-options.js';
import { printNote } from './output.js';
import {
  type ProtocolServeOptions,
  type ResultServeOptions,
  readProtocol,
  resultOptions,
  withProtocolOptions,
  withResultOptions,
} from './serve-options.js';
import { watchUnusedConnections } from './unused-connections.js';
import { type RunningService, runWorker, startWorkers } from './workers.js';

const DEFAULT_PORT = 8080;
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_MAX_CELLS = 20_000_000;
const MAX_PORT = 65_535;
const MAX_WORKERS = 256;

export interface ServeOptions extends ResultServeOptions, ProtocolServeOptions {
  readonly port: number;
  readonly host: string;
  readonly maxCells: number;
  /** Memory for answers that are sent again, of all processes together. */
  readonly answerCache?: number;
  readonly tileCache?: number;
  /** Processes that share the address; one serves by itself. */
  readonly workers?: number;
}

/** Options of `serve` alone. */
interface ServeStoreOptions extends ServeOptions {
  readonly store: string;
  readonly blockingReads: boolean;
}

/** `tilecurve serve --store S`: a store over HTTP, read-only, loopback only unless told otherwise. */
export function addServeCommand(program: Command, signal: AbortSignal): void {
  withProtocolOptions(withResultOptions(withServeOptions(program.command('serve'))))
    .description('serve the layers of a store over HTTP')
    .requiredOption('--store <location>', 'where layers live: a directory')
    .option('--workers <number>', 'processes that share the port', asOption(parseWorkers), 1)
    .option('--no-blocking-reads', 'read tiles in threads only: for a store on a network or a slow disk')
    .action((options: ServeStoreOptions) => serveCommand(options, signal));
}

async function serveCommand(options: ServeStoreOptions, signal: AbortSignal): Promise<void> {
  const store = await openExistingStore(options.store, options);
  // Here too, so that what is wrong with them is said once, not by each process.
  await readProtocol(options);
  resultOptions(options, { maxJobs: 1 });
  if (cluster.isWorker)
    return runWorker((port) => startService(store, { ...options, port }, signal), options);
  const isShared = options.workers !== undefined && options.workers > 1;
  const { address, closed } = isShared
    ? await startWorkers({ ...options, workers: options.workers }, signal)
    : await startService(store, options, signal);
  const by = isShared ? ` by ${options.workers} processes` : '';
  printNote(`serving ${options.store} at ${address}${by} (Ctrl+C stops)`);
  await closed;
}

/** Adds `--port`, `--host`, `--max-cells` and the sizes of caches. */
export function withServeOptions(command: Command): Command {
  return command
    .option('--port <number>', 'port to listen on; 0 takes a free one', asOption(parsePort), DEFAULT_PORT)
    .option('--host <address>', 'address to listen on', DEFAULT_HOST)
    .option('--max-cells <number>', 'largest answer in cells', asOption(parseCount), DEFAULT_MAX_CELLS)
    .option(
      '--answer-cache <size>',
      'memory for answers that are sent again (default: a sixteenth of what there is, 512MiB at most)',
      asOption(parseByteSize),
    )
    .option(
      '--tile-cache <size>',
      'memory for unpacked tiles, which the next instant or point finds (default: 64MiB)',
      asOption(parseByteSize),
    );
}

/** Listens until `signal` aborts, then lets the requests under way end. */
export async function startService(
  store: BlobStore,
  { port, host, maxCells, answerCache, tileCache, workers = 1, ...others }: ServeOptions,
  signal: AbortSignal,
): Promise<RunningService> {
  collectServiceGarbageSeldom(workers);
  // Here, because HTTP takes half the time of starting a command that has no use for it.
  const service = await import('../service/index.js');
  const pageDirectory = join(fileURLToPath(import.meta.url), '..', '..', 'viewer', 'page');
  const app = await service.createService({
    store,
    protocol: await readProtocol(others),
    results: resultOptions(others, { maxJobs: Math.ceil(service.defaultMaxResultJobs / workers) }),
    maxCells,
    pageDirectory,
    isWorker: cluster.isWorker,
    // The processes share what one would have.
    maxConcurrent: Math.ceil(service.defaultMaxConcurrent / workers),
    tileCacheBytes: Math.floor((tileCache ?? service.defaultTileCacheBytes) / workers),
    answerCacheBytes: Math.floor((answerCache ?? service.defaultAnswerCacheBytes()) / workers),
  });
  const closeUnused = watchUnusedConnections(app.server);
  try {
    signal.throwIfAborted();
    const address = await app.listen({ port, host });
    const closed = new Promise<void>((resolve, reject) => {
      const close = () => {
        app.close().then(resolve, reject);
        closeUnused();
      };
      if (signal.aborted) close();
      else signal.addEventListener('abort', close, { once: true });
    });
    return { address, closed };
  } catch (error) {
    await app.close();
    if (signal.aborted) throw error;
    throw new UnavailableError('cannot listen', { host, port, cause: (error as NodeJS.ErrnoException).code });
  }
}

function parseWorkers(text: string): number {
  const workers = parseCount(text);
  if (workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new InvalidArgumentError('not a number of processes', {
    found: workers,
    expected: `1 to ${MAX_WORKERS}`,
  });
}

function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > MAX_PORT) throw new InvalidArgumentError('no such port', { found: port, allowed: MAX_PORT });
  return port;
}
