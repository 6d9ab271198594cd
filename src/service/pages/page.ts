import type { FastifyReply, FastifyRequest } from 'fastify';
import { entityTag, matchTag } from '../http/etag.js';
import { sendUnchanged } from '../http/send-unchanged.js';
import { html, Markup } from './markup.js';

/** Pages have no scripts and fetch nothing; their forms ask this service. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const style = new Markup(`
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: #1b1f24; background: #fff }
a { color: #0b57d0 } h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd; overflow-wrap: anywhere }
form { display: grid; grid-template-columns: 12rem 1fr; gap: .4rem .8rem; margin: .8rem 0 } form label { display: contents } form small { display: block; color: #555 }
input, select, button { font: inherit; padding: .2rem .4rem; max-width: 100%; box-sizing: border-box } input { width: 100% }
button { grid-column: 2; justify-self: start } nav { border-bottom: 1px solid #ddd; padding-bottom: .5rem }
@media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #16181c } a { color: #8ab4f8 } th, td, nav { border-color: #444 } form small { color: #aaa } }
`);

/** What a page shows. */
export interface PageContent {
  readonly title: string;
  readonly body: Markup;
  /** Address of the landing page. */
  readonly home: string;
}

/** Sends a page for people with a tag of its bytes, or 304 when the client has them. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, content: PageContent): FastifyReply {
  const { text } = layOut(content);
  const tag = entityTag(['text/html', text]);
  reply.headers({
    ETag: tag,
    'Cache-Control': 'no-cache',
    Vary: 'Accept',
    'Content-Security-Policy': POLICY,
  });
  if (matchTag(request.headers['if-none-match'], tag) !== 'none') return sendUnchanged(request, reply);
  return reply.header('Content-Type', 'text/html; charset=utf-8').send(Buffer.from(text));
}

function layOut({ title, body, home }: PageContent): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
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
}
