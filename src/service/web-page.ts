import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

// Nothing inline and nothing from elsewhere: maps and charts set styles through objects, which a policy leaves alone, and
// pictures of tiles are decoded from answers of this service. Icons may be data URLs.
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** True when the page has been built. */
export function hasPage(directory: string | undefined): directory is string {
  return directory !== undefined && existsSync(join(directory, 'index.html'));
}

/** Serves the built page's files; `/` itself is the landing page's to decide. */
export async function servePage(app: FastifyInstance, directory: string): Promise<void> {
  const assets = join(directory, 'assets') + sep;
  await app.register(fastifyStatic, {
    root: directory,
    index: false,
    wildcard: false,
    cacheControl: false,
    // The build holds each text file packed, too.
    preCompressed: true,
    setHeaders(reply, path) {
      // Names of built assets hold a hash of what is in them.
      const isHashed = path.startsWith(assets);
      reply.header('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (path.endsWith('.html')) reply.header('Content-Security-Policy', PAGE_POLICY);
    },
  });
}
