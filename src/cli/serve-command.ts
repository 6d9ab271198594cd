import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { BlobStore } from '../blob/index.js';
import { InvalidArgumentError, UnavailableError } from '../errors/index.js';
import { asOption, openExistingStore, parseCount } from './layer-options.js';
import { printNote } from './output.js';
import { watchUnusedConnections } from './unused-connections.js';

const DEFAULT_PORT = 8080;
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_MAX_CELLS = 20_000_000;
const MAX_PORT = 65_535;

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly maxCells: number;
}

/** `tilecurve serve --store S`: a store over HTTP, read-only, loopback only unless told otherwise. */
export function addServeCommand(program: Command, signal: AbortSignal): void {
  withServeOptions(program.command('serve'))
    .description('serve the layers of a store over HTTP')
    .requiredOption('--store <location>', 'where layers live: a directory')
    .action(async (options: ServeOptions & { store: string }) => {
      const { address, closed } = await startService(await openExistingStore(options.store), options, signal);
      printNote(`serving ${options.store} at ${address} (Ctrl+C stops)`);
      await closed;
    });
}

/** Adds `--port`, `--host` and `--max-cells`. */
export function withServeOptions(command: Command): Command {
  return command
    .option('--port <number>', 'port to listen on; 0 takes a free one', asOption(parsePort), DEFAULT_PORT)
    .option('--host <address>', 'address to listen on', DEFAULT_HOST)
    .option('--max-cells <number>', 'largest answer in cells', asOption(parseCount), DEFAULT_MAX_CELLS);
}

/** A service that listens; `closed` is when `signal` has aborted and the requests under way have ended. */
export interface RunningService {
  readonly address: string;
  readonly closed: Promise<void>;
}

/** Listens until `signal` aborts, then lets the requests under way end. */
export async function startService(
  store: BlobStore,
  { port, host, maxCells }: ServeOptions,
  signal: AbortSignal,
): Promise<RunningService> {
  // Here, because HTTP takes half the time of starting a command that has no use for it.
  const { createService } = await import('../service/index.js');
  const pageDirectory = join(fileURLToPath(import.meta.url), '..', '..', 'viewer', 'page');
  const service = await createService({ store, maxCells, pageDirectory });
  const closeUnused = watchUnusedConnections(service.server);
  try {
    signal.throwIfAborted();
    const address = await service.listen({ port, host });
    const closed = new Promise<void>((resolve, reject) => {
      const close = () => {
        service.close().then(resolve, reject);
        closeUnused();
      };
      if (signal.aborted) close();
      else signal.addEventListener('abort', close, { once: true });
    });
    return { address, closed };
  } catch (error) {
    await service.close();
    if (signal.aborted) throw error;
    throw new UnavailableError('cannot listen', { host, port, cause: (error as NodeJS.ErrnoException).code });
  }
}

function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > MAX_PORT) throw new InvalidArgumentError('no such port', { found: port, allowed: MAX_PORT });
  return port;
}
