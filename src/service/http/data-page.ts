import type { FastifyRequest } from 'fastify';
import { type EdrPlan, noWork } from '../../edr/index.js';
import type { FeaturePage } from '../../formats/index.js';
import { baseUrl } from './base-url.js';
import { maxFeatures } from './page-offers.js';
import { type QueryText, readCount } from './query-text.js';

/** Which features of an answer a request wants; undefined when it wants them all. */
export interface AskedPage {
  readonly offset: number;
  readonly limit: number;
}

/** What of an answer a page is made from, and what is written of it. */
export interface PlannedPage {
  readonly plan: EdrPlan;
  readonly page?: FeaturePage;
}

/**
 * The page that `limit` and `offset` ask for. Without either there is none: an answer was always whole, and a client that has
 * never heard of pages would take ten features, which EDR 1.2 has as a default, for all there are. An offset alone is a page
 * of as many as there may be.
 *
 * Throws: InvalidArgumentError.
 */
export function readPage(texts: QueryText): AskedPage | undefined {
  const [limit, offset] = [texts.get('limit'), texts.get('offset')];
  if (limit === undefined && offset === undefined) return undefined;
  return {
    offset: readCount(offset, 'offset'),
    limit: limit === undefined ? maxFeatures : Math.min(readCount(limit, 'limit', 1), maxFeatures),
  };
}

/** The plan of a page, which reads no more than it has to; that of the whole answer where its features are made all at once. */
export function planAskedPage(
  request: FastifyRequest,
  whole: EdrPlan,
  { offset, limit }: AskedPage,
): PlannedPage {
  if (whole.kind === 'no-data') return { plan: whole };
  const next = nextAddress(request, { offset: offset + limit, limit });
  const said = { offset, limit, ...(next !== undefined && { next }) };
  const part = whole.page?.({ start: offset, end: offset + limit });
  if (part === undefined) return { plan: whole, page: { ...said, skipped: offset } };
  const { plan, matched } = part;
  // Behind the last feature nothing is left of the answer but what it says of itself.
  if (offset >= matched)
    return { plan: { ...whole, cells: 0, work: () => noWork }, page: { ...said, skipped: offset } };
  return { plan, page: { ...said, skipped: 0, matched } };
}

/** The same query at another offset. A POST has its query in the body, which no link can say. */
function nextAddress(request: FastifyRequest, { offset, limit }: AskedPage): string | undefined {
  if (request.method === 'POST') return undefined;
  const url = new URL(baseUrl(request) + request.url);
  // The link is of GeoJSON, whatever the one who follows it accepts.
  const changes = { f: 'GeoJSON', limit: String(limit), offset: String(offset) };
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return url.href;
}
