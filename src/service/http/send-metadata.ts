import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Markup } from '../../render/index.js';
import { sendPage } from '../pages/page.js';
import type { ServiceContext } from '../route.js';
import { baseUrl } from './base-url.js';
import type { Offer } from './negotiate.js';
import { htmlOffer } from './page-offers.js';

/** A document about data, and its page. */
export interface Metadata {
  readonly body: unknown;
  readonly title: string;
  /** What the page shows; not made unless it is asked for. */
  readonly page: () => Markup;
}

/** A document in the form that was negotiated. */
export interface MetadataToSend {
  readonly offer: Offer;
  /** What decides the document beside its address and the host it is asked from. */
  readonly decidedBy: readonly string[];
  /** Not called when the document is kept. */
  readonly describe: () => Metadata;
}

/** Sends a document as JSON, made once, or as a page. */
export async function sendMetadata(
  { documents }: ServiceContext,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { offer, decidedBy, describe }: MetadataToSend,
): Promise<FastifyReply> {
  if (offer === htmlOffer) {
    const { title, page } = describe();
    return sendPage(request, reply, { title, body: page(), home: baseUrl(request) });
  }
  const path = request.url.split('?')[0]!.replace(/(?<=.)\/$/, '');
  return documents.send(request, reply, {
    mediaType: 'application/json',
    name: [path, baseUrl(request), ...decidedBy],
    make: () => describe().body,
  });
}
