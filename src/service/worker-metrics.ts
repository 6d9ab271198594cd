import cluster, { type Worker } from 'node:cluster';
import {
  AggregatorRegistry,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
} from 'prom-client';

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

/** In the process above the workers: answers those of them that want the sum. A worker that ends takes its counts away. */
export function sumMetrics(): void {
  const sharing = new Set<Worker>();
  const gathering = new Map<number, (metrics: Metrics | undefined, worker: Worker) => void>();
  let lastId = 0;
  const gather = (): Promise<Metrics[]> =>
    new Promise((resolve) => {
      const id = ++lastId;
      const asked = new Set([...sharing].filter((worker) => worker.isConnected()));
      const found: Metrics[] = [];
      gathering.set(id, (metrics, worker) => {
        if (!asked.delete(worker)) return;
        if (metrics !== undefined) found.push(metrics);
        if (asked.size > 0) return;
        gathering.delete(id);
        resolve(found);
      });
      for (const worker of asked) worker.send({ kind: 'metrics-wanted', id } satisfies MetricsMessage);
    });
  cluster.on('message', async (worker, message: MetricsMessage) => {
    if (message.kind === 'shares') sharing.add(worker);
    if (message.kind === 'metrics') gathering.get(message.id)?.(message.metrics, worker);
    if (message.kind !== 'sum-wanted') return;
    const text = await AggregatorRegistry.aggregate(await gather()).metrics();
    if (worker.isConnected()) worker.send({ kind: 'sum', id: message.id, text } satisfies MetricsMessage);
  });
  cluster.on('disconnect', (worker) => {
    sharing.delete(worker);
    for (const settle of [...gathering.values()]) settle(undefined, worker);
  });
}
