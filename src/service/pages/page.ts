import type { FastifyReply, FastifyRequest } from 'fastify';
import { html, type Markup } from '../../render/index.js';
import { entityTag, matchTag } from '../http/etag.js';
import { sendUnchanged } from '../http/send-unchanged.js';
import { pageStyle } from './page-style.js';

/** Pages have no scripts and fetch nothing; their forms ask this service. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What every page says of itself; `hasPictures` where pictures are in its own text. */
export function policyHeaders({ hasPictures = false }: { readonly hasPictures?: boolean } = {}) {
  return { 'Content-Security-Policy': hasPictures ? `${POLICY}; img-src data:` : POLICY };
}

/** The media type of pages. */
export const pageType = 'text/html; charset=utf-8';

/** A link to the same in another form. */
export interface Alternate {
  readonly href: string;
  readonly type: string;
  readonly title: string;
}

/** What a page shows. */
export interface PageContent {
  readonly title: string;
  readonly body: Markup;
  /** Address of the landing page. */
  readonly home: string;
  readonly alternates?: readonly Alternate[];
}

/** Sends a page for people with a tag of its bytes, or 304 when the client has them. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, content: PageContent): FastifyReply {
  const bytes = pageBytes(content);
  const tag = entityTag(['text/html', bytes.toString()]);
  reply.headers({ ETag: tag, 'Cache-Control': 'no-cache', Vary: 'Accept', ...policyHeaders() });
  if (matchTag(request.headers['if-none-match'], tag) !== 'none') return sendUnchanged(request, reply);
  return reply.header('Content-Type', pageType).send(bytes);
}

/** The whole text of a page. */
export function pageBytes({ title, body, home, alternates = [] }: PageContent): Buffer {
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${alternates.map(({ href, type, title: name }) => html`<link rel="alternate" type="${type}" title="${name}" href="${href}">\n`)}<style>${pageStyle}</style>
</head>
<body>
<nav><a href="${home}/">Home</a> · <a href="${home}/collections?f=html">Collections</a> · <a href="${home}/api.html">API</a></nav>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return Buffer.from(text);
}
