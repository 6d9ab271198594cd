import cluster, { type Worker } from 'node:cluster';
import { type AddressInfo, createServer } from 'node:net';
import { UnavailableError } from '../errors/index.js';
import { printNote } from './output.js';

/** Where a worker finds the port. */
const PORT_VARIABLE = 'TILECURVE_WORKER_PORT';
/** More ends than this within the window, and another process would end, too. */
const MAX_ENDS = 5;
const WINDOW_MS = 60_000;

/** A service that listens; `closed` is when it was told to stop and the requests under way have ended. */
export interface RunningService {
  readonly address: string;
  readonly closed: Promise<void>;
}

/** What a worker says once it listens. */
interface ServingMessage {
  readonly kind: 'serving';
  readonly address: string;
}

/** In a worker: serves until it is told to stop, or the process above is gone. */
export async function runWorker(
  start: (port: number) => Promise<RunningService>,
  { port }: { readonly port: number },
): Promise<void> {
  try {
    const { address, closed } = await start(Number(process.env[PORT_VARIABLE] ?? port));
    process.send?.({ kind: 'serving', address } satisfies ServingMessage);
    await closed;
  } finally {
    // The channel to the process above would keep this one from ending.
    cluster.worker?.disconnect();
  }
}

/** How many processes, and where they are to listen. */
export interface WorkersOptions {
  readonly workers: number;
  readonly port: number;
  readonly host: string;
}

/**
 * Runs processes of this same command that share one address, and puts another in the place of one that ends.
 *
 * Throws: UnavailableError when it cannot listen, or when processes keep ending; so does `closed`.
 */
export async function startWorkers(options: WorkersOptions, signal: AbortSignal): Promise<RunningService> {
  // Every process asks for the port by its number, those that take the place of others, too.
  const port = await findPort(options);
  const { sumMetrics } = await import('../service/index.js');
  signal.throwIfAborted();
  sumMetrics();
  const workers = new Workers({ [PORT_VARIABLE]: String(port) });
  signal.addEventListener('abort', () => workers.stop(), { once: true });
  const address = await Promise.race([workers.start(options.workers), workers.closed]);
  signal.throwIfAborted();
  if (address === undefined) throw new UnavailableError('the processes of the service ended');
  return { address, closed: workers.closed };
}

/** The port asked for, or a free one for 0. */
function findPort({ port, host }: WorkersOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new UnavailableError('cannot listen', { host, port, cause: error.code }));
    });
    server.listen({ port, host }, () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}

class Workers {
  readonly closed: Promise<void>;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #running = new Set<Worker>();
  #ends: number[] = [];
  #isStopping = false;
  #failure: UnavailableError | undefined;
  #settle = (): void => {};

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
    this.closed = new Promise((resolve, reject) => {
      this.#settle = () => (this.#failure === undefined ? resolve() : reject(this.#failure));
    });
    // Whoever started them hears of it later.
    this.closed.catch(() => {});
  }

  /** The address, when as many processes listen. */
  async start(count: number): Promise<string> {
    const addresses = await Promise.all(Array.from({ length: count }, () => this.#fork()));
    return addresses[0]!;
  }

  /** Workers end when the requests under way have. */
  stop(): void {
    this.#isStopping = true;
    for (const worker of this.#running) worker.process.kill('SIGTERM');
  }

  /** The address of a new worker, or of the one that takes its place, when it listens. */
  #fork(): Promise<string> {
    const worker = cluster.fork(this.#environment);
    this.#running.add(worker);
    return new Promise((resolve) => {
      worker.on('message', (message: ServingMessage) => {
        if (message.kind === 'serving') resolve(message.address);
      });
      const end = (cause: string) => {
        this.#replace(worker, cause)?.then(resolve);
        this.#running.delete(worker);
        if (this.#running.size === 0) this.#settle();
      };
      worker.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
      // One that has a process may just have died with a message on its way to it: its exit is yet to come.
      worker.on('error', (error: NodeJS.ErrnoException) => {
        if (worker.process.pid === undefined) end(error.code ?? error.message);
      });
    });
  }

  /** Nothing takes its place while all are to end. */
  #replace(worker: Worker, cause: string): Promise<string> | undefined {
    if (this.#isStopping) return undefined;
    const nowMs = performance.now();
    this.#ends = [...this.#ends.filter((ms) => nowMs - ms < WINDOW_MS), nowMs];
    const id = worker.process.pid;
    if (this.#ends.length > MAX_ENDS) {
      this.#failure = new UnavailableError('processes of the service keep ending', {
        ends: this.#ends.length,
        seconds: WINDOW_MS / 1000,
        cause,
      });
      this.stop();
      return undefined;
    }
    printNote(`process ${id} of the service ended (${cause}); another takes its place`);
    return this.#fork();
  }
}
