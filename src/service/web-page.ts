import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

// Maps draw into blobs and data URLs; everything else comes from this service.
const PAGE_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
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
    setHeaders(reply, path) {
      // Names of built assets hold a hash of what is in them.
      const isHashed = path.startsWith(assets);
      reply.header('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (path.endsWith('.html')) reply.header('Content-Security-Policy', PAGE_POLICY);
    },
  });
}
