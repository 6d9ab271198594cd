import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { SegmentCache } from '../segment/index.js';
import type { AnswerCache } from './http/answer-cache.js';
import type { RequestTally } from './request-tally.js';

/** What /metrics prints: of the process, of requests, and of what is kept of segments and answers. */
export function createMetrics(sources: {
  readonly tally: RequestTally;
  readonly segments: SegmentCache;
  readonly answers: AnswerCache;
}): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  sources.tally.register(registry);
  watchStats(registry, 'segment_cache', () => sources.segments.stats(), {
    opens: 'Segments opened so far',
    hits: 'Segments found open so far',
    handles: 'Segments open now',
    indexBytes: 'Bytes of segment indexes kept',
  });
  watchStats(registry, 'answer_cache', () => sources.answers.stats(), {
    hits: 'Answers sent again so far',
    answers: 'Answers kept now',
    bytes: 'Bytes of answers kept',
  });
  return registry;
}

/** A gauge for each of the numbers that `help` describes. */
function watchStats<Name extends string>(
  registry: Registry,
  group: string,
  stats: () => Readonly<Record<Name, number>>,
  help: Readonly<Record<Name, string>>,
): void {
  for (const key of Object.keys(help) as Name[]) {
    new Gauge({
      name: `tilecurve_${group}_${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      help: help[key],
      registers: [registry],
      collect() {
        this.set(stats()[key]);
      },
    });
  }
}
