import type { FastifyRequest } from 'fastify';
import type { ParameterSpec } from '../parameter-table.js';
import { jsonOffer, negotiate, type Offer } from './negotiate.js';
import { readQuery } from './query-text.js';

/** A page for people. */
export const htmlOffer: Offer = { token: 'html', mediaTypes: ['text/html'] };

/**
 * Whether a request for a document wants it as JSON or as a page. Checks its query, too.
 *
 * Throws: as `readQuery` and `negotiate` do.
 */
export function negotiatePage(request: FastifyRequest, specs: readonly ParameterSpec[]): Offer {
  const f = readQuery(request, specs).get('f');
  return negotiate([jsonOffer, htmlOffer], { f, accept: programsAccept(request.headers.accept) }).offer;
}

/** Java asks for text/html and a bare `*` unless it is told otherwise; a program reads the answer. No browser has it. */
export function programsAccept(accept: string | undefined): string | undefined {
  return accept?.split(',').some((range) => range.split(';')[0]!.trim() === '*') ? '*/*' : accept;
}
