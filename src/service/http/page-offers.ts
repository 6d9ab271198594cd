import type { FastifyRequest } from 'fastify';
import type { CoverageFormat } from '../../formats/index.js';
import type { ParameterSpec } from '../parameter-table.js';
import { jsonOffer, negotiate, type Offer } from './negotiate.js';
import { type QueryText, readCount, readQuery } from './query-text.js';

/** Most features of a list, or of a page of data. */
export const maxFeatures = 10_000;

/** Features as GeoJSON. */
export const featureOffer: Offer = {
  token: 'GeoJSON',
  mediaTypes: ['application/geo+json', 'application/json'],
  aliases: ['json'],
};

/** How many features a list may send. Throws: InvalidArgumentError. */
export function readFeatureLimit(query: QueryText, byDefault = maxFeatures): number {
  return Math.min(readCount(query.get('limit') ?? String(byDefault), 'limit', 1), maxFeatures);
}

/** A page for people. */
export const htmlOffer: Offer = { token: 'html', mediaTypes: ['text/html; charset=utf-8'] };

/**
 * Whether a request for a document wants it as JSON or as a page. Checks its query, too.
 *
 * Throws: as `readQuery` and `negotiate` do.
 */
export function negotiatePage(request: FastifyRequest, specs: readonly ParameterSpec[]): Offer {
  const f = readQuery(request, specs).get('f');
  return negotiate([jsonOffer, htmlOffer], { f, accept: programsAccept(request.headers.accept) }).offer;
}

/** What data is offered as beside `forms`: a page to whoever names it, but to no program that only seems to. */
export function dataOffers(
  forms: readonly CoverageFormat[],
  { f, accept }: { readonly f: string | undefined; readonly accept: string | undefined },
): readonly (CoverageFormat | Offer)[] {
  return f === undefined && isProgramsAccept(accept) ? forms : [...forms, htmlOffer];
}

/** The Accept of a request for a document about data; that of a program asks for anything. */
export function programsAccept(accept: string | undefined): string | undefined {
  return isProgramsAccept(accept) ? '*/*' : accept;
}

/** Java asks for text/html and a bare `*` unless it is told otherwise; a program reads the answer. No browser has it. */
function isProgramsAccept(accept: string | undefined): boolean {
  return accept?.split(',').some((range) => range.split(';')[0]!.trim() === '*') ?? false;
}

/** Whether a failure is told on a page: `f` says so, or else Accept, and that the client reads no JSON so gladly. */
export function asksForPage({ url, headers }: FastifyRequest): boolean {
  const query = url.split('?')[1] ?? '';
  const f = new URLSearchParams(query).get('f') ?? undefined;
  try {
    if (f !== undefined) return negotiate([htmlOffer], { f }).offer === htmlOffer;
    return negotiate([jsonOffer, htmlOffer], { accept: programsAccept(headers.accept) }).offer === htmlOffer;
  } catch {
    // Neither will do: it is told as programs are.
    return false;
  }
}
