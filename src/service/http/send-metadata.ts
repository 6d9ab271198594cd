import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Markup } from '../../render/index.js';
import { sendPage } from '../pages/page.js';
import { baseUrl } from './base-url.js';
import type { Offer } from './negotiate.js';
import { htmlOffer } from './page-offers.js';
import { sendDocument } from './send-json.js';

/** A document about data, and its page. */
export interface Metadata {
  readonly body: unknown;
  readonly title: string;
  /** What the page shows; not made unless it is asked for. */
  readonly page: () => Markup;
}

/** Sends a document in the form that was negotiated. */
export function sendMetadata(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, title, page, offer }: Metadata & { readonly offer: Offer },
): FastifyReply {
  if (offer !== htmlOffer) return sendDocument(request, reply, { body });
  return sendPage(request, reply, { title, body: page(), home: baseUrl(request) });
}
