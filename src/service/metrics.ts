import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { UnpackedTiles } from '../layer/index.js';
import type { SegmentCache } from '../segment/index.js';
import type { AnswerCache } from './http/answer-cache.js';
import type { MadeDocuments } from './http/made-documents.js';
import type { SharedAnswers } from './http/shared-answers.js';
import type { RequestTally } from './request-tally.js';
import type { Results } from './results/results.js';

/** What /metrics prints: of the process, of requests, and of what is kept of segments and answers. */
export function createMetrics(sources: {
  readonly tally: RequestTally;
  readonly segments: SegmentCache;
  readonly unpacked: UnpackedTiles;
  readonly answers: AnswerCache;
  readonly shared: SharedAnswers;
  readonly documents: MadeDocuments;
  readonly results?: Results | undefined;
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
  watchStats(registry, 'unpacked_tiles', () => sources.unpacked.stats(), {
    hits: 'Tiles found unpacked so far',
    tiles: 'Unpacked tiles kept now',
    bytes: 'Bytes of unpacked tiles kept',
  });
  watchStats(registry, 'answer_cache', () => sources.answers.stats(), {
    hits: 'Answers sent again so far',
    answers: 'Answers kept now',
    bytes: 'Bytes of answers kept',
  });
  watchStats(registry, 'shared_answers', () => sources.shared.stats(), {
    hits: 'Answers to queries sent again so far',
    answers: 'Answers to queries kept now',
    bytes: 'Bytes of answers to queries kept',
  });
  watchStats(registry, 'documents', () => sources.documents.stats(), {
    hits: 'Documents about data found ready so far',
    answers: 'Documents about data kept now, each encoding by itself',
    bytes: 'Bytes of documents about data kept',
  });
  const { results } = sources;
  if (results !== undefined) {
    watchStats(registry, 'result_jobs', () => results.stats(), {
      running: 'Results being made now',
      waiting: 'Results that wait for their turn',
      finished: 'Results made so far',
      failed: 'Results that could not be made so far',
      cancelled: 'Results cancelled so far',
      bytes: 'Bytes of the results made so far',
    });
  }
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
