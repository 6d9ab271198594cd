import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Markup } from '../../render/index.js';
import { collectionDocument } from '../collection-document.js';
import { baseUrl } from '../http/base-url.js';
import { type QueryText, readLeniently } from '../http/query-text.js';
import type { AnswerToSend } from '../http/send-answer.js';
import { answerPage, noDataPage } from '../pages/answer-page.js';
import { pageType, policyHeaders } from '../pages/page.js';
import { type QueryForm, queryForm } from '../pages/query-form.js';
import type { ParameterSpec } from '../parameter-table.js';
import { dimensionsOf } from '../route.js';
import type { AskedLayer } from './asked-layer.js';

/** A query of a collection. */
interface Asked {
  readonly asked: AskedLayer;
  readonly query: {
    readonly name: string;
    readonly title?: string;
    readonly parameters: readonly ParameterSpec[];
  };
}

/** A page as the form of an answer. */
export function answerAsPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { asked, query, texts }: Asked & { readonly texts: QueryText },
): Pick<AnswerToSend, 'format' | 'headers'> & Required<Pick<AnswerToSend, 'sendNoData'>> {
  const address = addressOf(request);
  const page = {
    form: formOf(request, { asked, query, texts }),
    home: baseUrl(request),
    collection: asked.url,
    grid: asked.layer.manifest.grid,
    again: (changes: Readonly<Record<string, string>>) =>
      `${address}?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(texts.search)), ...changes })}`,
  };
  return {
    format: answerPage(page),
    headers: policyHeaders({ hasPictures: true }),
    sendNoData: () => reply.headers({ ...policyHeaders(), 'Content-Type': pageType }).send(noDataPage(page)),
  };
}

/** The form of a query that may be wrong, filled with what of it is understood. */
export function formAgain(request: FastifyRequest, { asked, query }: Asked): Markup {
  const texts = readLeniently(request, query.parameters, dimensionsOf(asked.layer));
  return queryForm(formOf(request, { asked, query, texts }));
}

function formOf(
  request: FastifyRequest,
  { asked: { layer, url, instance }, query, texts }: Asked & { readonly texts: QueryText },
): QueryForm {
  return {
    document: collectionDocument(layer.manifest, { url, instance, hasLocations: false }),
    query: { name: query.title ?? query.name, parameters: query.parameters },
    action: addressOf(request),
    asked: texts,
  };
}

function addressOf(request: FastifyRequest): string {
  return baseUrl(request) + request.url.split('?')[0]!;
}
