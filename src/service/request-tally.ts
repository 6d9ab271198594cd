import type { ServerResponse } from 'node:http';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const DURATIONS = 'tilecurve_request_duration_seconds';
const DURATIONS_HELP = 'Time from a request to the end of its answer';
const LABELS = ['method', 'route', 'status'] as const;

type Labels = Readonly<Record<(typeof LABELS)[number], string>>;

/** How many requests of one method, route and status were answered, and how long that took. */
class AnswerCount {
  readonly labels: Labels;
  /** By bucket, those longer than every bucket last. */
  readonly buckets = new Float64Array(BUCKETS_SECONDS.length + 1);
  requests = 0;
  seconds = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  add(seconds: number): void {
    let bucket = 0;
    while (bucket < BUCKETS_SECONDS.length && seconds > BUCKETS_SECONDS[bucket]!) bucket++;
    this.buckets[bucket]!++;
    this.requests++;
    this.seconds += seconds;
  }
}

/**
 * Counts requests for /metrics. It keeps plain numbers and makes metrics of them when they are asked for: labels
 * looked up by prom-client at every request take longer than sending a small answer.
 */
export class RequestTally {
  readonly #counts = new Map<string, Map<string, AnswerCount>>();
  #inFlight = 0;

  /** Watches one request until its answer has ended; `routeOf` tells then which route took it. */
  watch(method: string, response: ServerResponse, routeOf: () => string): void {
    const startedMs = performance.now();
    this.#inFlight++;
    // Closing comes once, after every answer, and after every answer that a client did not wait for.
    response.on('close', () => {
      this.#inFlight--;
      this.count(method, response, { route: routeOf(), startedMs });
    });
  }

  /** Counts a request that has been answered. */
  count(
    method: string,
    { statusCode }: ServerResponse,
    { route, startedMs }: { readonly route: string; readonly startedMs: number },
  ): void {
    this.#countOf(method, route, statusCode).add((performance.now() - startedMs) / 1000);
  }

  /** Makes the metrics part of `registry`. */
  register(registry: Registry): void {
    const tally = this;
    const registers = [registry];
    new Gauge({
      name: 'tilecurve_requests_in_flight',
      help: 'Requests received and not yet answered in full',
      registers,
      collect() {
        this.set(tally.#inFlight);
      },
    });
    new Counter({
      name: 'tilecurve_requests_total',
      help: 'Requests answered',
      labelNames: LABELS,
      registers,
      collect() {
        this.reset();
        for (const { labels, requests } of tally.#all()) this.inc(labels, requests);
      },
    });
    registry.registerMetric(new TalliedDurations(() => tally.#all()));
  }

  *#all(): Generator<AnswerCount> {
    for (const counts of this.#counts.values()) yield* counts.values();
  }

  #countOf(method: string, route: string, status: number): AnswerCount {
    const ofRoute = this.#counts.get(route) ?? new Map<string, AnswerCount>();
    this.#counts.set(route, ofRoute);
    const name = `${method}${status}`;
    const known = ofRoute.get(name);
    if (known !== undefined) return known;
    const count = new AnswerCount({ method, route, status: String(status) });
    ofRoute.set(name, count);
    return count;
  }
}

/** A histogram that is told how many there are in each bucket, where prom-client's own wants one at a time. */
class TalliedDurations extends Histogram<string> {
  readonly #counts: () => Iterable<AnswerCount>;

  constructor(counts: () => Iterable<AnswerCount>) {
    super({
      name: DURATIONS,
      help: DURATIONS_HELP,
      labelNames: LABELS,
      buckets: BUCKETS_SECONDS,
      registers: [],
    });
    this.#counts = counts;
  }

  /** What prom-client asks its histograms for, be it for text or for other processes. */
  async getForPromString() {
    const values = [...this.#counts()].flatMap(durationValues);
    return { name: DURATIONS, help: DURATIONS_HELP, type: 'histogram', aggregator: 'sum', values };
  }
}

function durationValues({ labels, buckets, requests, seconds }: AnswerCount) {
  const sharedLabels = {};
  let below = 0;
  const counted = BUCKETS_SECONDS.map((le, bucket) => {
    below += buckets[bucket]!;
    return { labels: { le, ...labels }, value: below, metricName: `${DURATIONS}_bucket`, sharedLabels };
  });
  return [
    ...counted,
    { labels: { le: '+Inf', ...labels }, value: requests, metricName: `${DURATIONS}_bucket`, sharedLabels },
    { labels, value: seconds, metricName: `${DURATIONS}_sum`, sharedLabels },
    { labels, value: requests, metricName: `${DURATIONS}_count`, sharedLabels },
  ];
}
