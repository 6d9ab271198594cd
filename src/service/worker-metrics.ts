import cluster, { type Worker } from 'node:cluster';
import {
  AggregatorRegistry,
  Gauge,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';

/** A worker that is well answers in milliseconds; Prometheus gives up after ten seconds. */
const WORKER_TIMEOUT_MS = 2000;

type Metrics = MetricObjectWithValues<MetricValue<string>>[];

/** What workers and the process above them say to each other about metrics. */
type MetricsMessage =
  | { readonly kind: 'shares' }
  | { readonly kind: 'sum-wanted'; readonly id: number }
  | { readonly kind: 'sum'; readonly id: number; readonly text: string }
  | { readonly kind: 'metrics-wanted'; readonly id: number }
  | { readonly kind: 'metrics'; readonly id: number; readonly metrics: Metrics };

/** In a worker: lends its metrics to the sum over all workers. The answer asks for that sum, as text. */
export function shareMetrics(registry: Registry): () => Promise<string> {
  const wanted = new Map<number, (text: string) => void>();
  let lastId = 0;
  process.on('message', async (message: MetricsMessage) => {
    if (message.kind === 'sum') {
      wanted.get(message.id)?.(message.text);
      wanted.delete(message.id);
    }
    if (message.kind === 'metrics-wanted') {
      send({ kind: 'metrics', id: message.id, metrics: await registry.getMetricsAsJSON() });
    }
  });
  send({ kind: 'shares' });
  return () =>
    new Promise((resolve) => {
      lastId++;
      wanted.set(lastId, resolve);
      send({ kind: 'sum-wanted', id: lastId });
    });
}

function send(message: MetricsMessage): void {
  process.send?.(message);
}

/**
 * In the process above the workers: answers those of them that want the sum. A worker that ends takes its counts away;
 * one that does not answer in time is left out, which `tilecurve_workers_answered` beside `tilecurve_workers` shows.
 */
export function sumMetrics(): void {
  const sharing = new Set<Worker>();
  const gathering = new Map<number, Gathering>();
  let lastId = 0;
  const gather = async (): Promise<Metrics[]> => {
    const id = ++lastId;
    const asked = [...sharing].filter((worker) => worker.isConnected());
    const gathered = new Gathering(asked);
    gathering.set(id, gathered);
    for (const worker of asked) worker.send({ kind: 'metrics-wanted', id } satisfies MetricsMessage);
    const found = await gathered.done;
    gathering.delete(id);
    return [...found, await countAnswers({ workers: asked.length, answered: found.length })];
  };
  cluster.on('message', async (worker, message: MetricsMessage) => {
    if (message.kind === 'shares') sharing.add(worker);
    if (message.kind === 'metrics') gathering.get(message.id)?.take(worker, message.metrics);
    if (message.kind !== 'sum-wanted') return;
    const text = await AggregatorRegistry.aggregate(await gather()).metrics();
    if (worker.isConnected()) worker.send({ kind: 'sum', id: message.id, text } satisfies MetricsMessage);
  });
  cluster.on('disconnect', (worker) => {
    sharing.delete(worker);
    for (const gathered of gathering.values()) gathered.take(worker, undefined);
  });
}

/** What the workers asked have answered so far; done when all have, or are gone, or time is up. */
class Gathering {
  readonly done: Promise<readonly Metrics[]>;
  readonly #waitingFor: Set<Worker>;
  readonly #found: Metrics[] = [];
  #settle = (): void => {};

  constructor(asked: readonly Worker[]) {
    this.#waitingFor = new Set(asked);
    this.done = new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(), WORKER_TIMEOUT_MS);
      this.#settle = () => {
        clearTimeout(timer);
        resolve(this.#found);
      };
    });
    if (asked.length === 0) this.#settle();
  }

  /** Undefined from a worker that is gone. */
  take(worker: Worker, metrics: Metrics | undefined): void {
    if (!this.#waitingFor.delete(worker)) return;
    if (metrics !== undefined) this.#found.push(metrics);
    if (this.#waitingFor.size === 0) this.#settle();
  }
}

/** As gauges, in the form in which workers send theirs. */
async function countAnswers(counts: {
  readonly workers: number;
  readonly answered: number;
}): Promise<Metrics> {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({ name: 'tilecurve_workers', help: 'Processes that answer requests', registers }).set(
    counts.workers,
  );
  new Gauge({
    name: 'tilecurve_workers_answered',
    help: 'Processes whose counts are in these sums; the others did not answer in time',
    registers,
  }).set(counts.answered);
  return registry.getMetricsAsJSON() as Promise<Metrics>;
}
