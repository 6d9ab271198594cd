import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { SegmentCache } from '../segment/index.js';

const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts every request of `app` and shows the segment cache; the registry is what /metrics prints. */
export function watchRequests(app: FastifyInstance, cache: SegmentCache): Registry {
  const registers = [new Registry()];
  collectDefaultMetrics({ register: registers[0]! });
  const labelNames = ['method', 'route', 'status'];
  const inFlight = new Gauge({
    name: 'tilecurve_requests_in_flight',
    help: 'Requests received and not yet answered in full',
    registers,
  });
  const durations = new Histogram({
    name: 'tilecurve_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames,
    buckets: DURATION_BUCKETS,
    registers,
  });
  const requests = new Counter({
    name: 'tilecurve_requests_total',
    help: 'Requests answered',
    labelNames,
    registers,
  });
  watchCache(cache, registers);
  app.addHook('onRequest', async (request, reply) => {
    const startedMs = performance.now();
    inFlight.inc();
    // Closing comes after every answer, and after every answer that a client did not wait for.
    reply.raw.once('close', () => {
      inFlight.dec();
      const labels = {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: String(reply.raw.statusCode),
      };
      requests.inc(labels);
      durations.observe(labels, (performance.now() - startedMs) / 1000);
    });
  });
  return registers[0]!;
}

function watchCache(cache: SegmentCache, registers: Registry[]): void {
  const gauges = {
    opens: 'Segments opened so far',
    hits: 'Segments found open so far',
    handles: 'Segments open now',
    indexBytes: 'Bytes of segment indexes kept',
  } as const;
  for (const [key, help] of Object.entries(gauges)) {
    const name = `tilecurve_segment_cache_${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(cache.stats()[key as keyof typeof gauges]);
      },
    });
  }
}
