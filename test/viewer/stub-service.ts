import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** The policy the service sends with the page. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'";

/** A layer as `GET /layers/{layer}` describes it. */
export interface StubLayer {
  readonly layer: string;
  readonly title: string;
  readonly parameters: readonly { readonly id: string }[];
}

/** A stand-in for the service: the built page, canned layers, one colour of tile. */
export interface StubService {
  readonly url: string;
  /** Path and query of every request so far. */
  readonly requests: string[];
  /** What `GET /layers` answers from now on. */
  layers: readonly StubLayer[];
  /** Status of the tiles from now on; 200 at first. */
  tileStatus: number;
  close(): Promise<void>;
}

/** What the stand-in sends: the folder of the built page, the layers, the picture of every tile. */
export interface StubContent {
  readonly page: string;
  readonly layers: readonly StubLayer[];
  readonly tile: Uint8Array;
}

/** Starts the stand-in on a free port of the loopback address. */
export async function startStubService({ page, layers, tile }: StubContent): Promise<StubService> {
  const state = { page, layers, tileStatus: 200, requests: [] as string[] };
  const server = createServer((request, response) => {
    state.requests.push(request.url ?? '');
    void answer({ request, response, tile, state });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly tile: Uint8Array;
  readonly state: {
    readonly page: string;
    readonly layers: readonly StubLayer[];
    readonly tileStatus: number;
  };
}

async function answer({ request, response, tile, state }: Exchange): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
  const json = (body: unknown, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const [, first, id, last] = pathname.split('/');
  const layer = state.layers.find((entry) => entry.layer === id);
  if (first === 'layers' && !id)
    return json({ layers: state.layers.map(({ layer, title }) => ({ layer, title })) });
  if (first === 'layers' && !layer) return json({ code: 'NotFound', detail: `no layer ${id}` }, 404);
  if (first === 'layers' && last === 'point') return json({ values: pointValues(layer!, searchParams) });
  if (first === 'layers') return json(layer);
  if (first === 'tiles' && state.tileStatus !== 200) {
    return json({ code: 'Unavailable', detail: 'the store is away' }, state.tileStatus);
  }
  if (first === 'tiles') {
    response.writeHead(200, { 'content-type': 'image/png' });
    return void response.end(tile);
  }
  if (first === 'styles' || first === 'collections')
    return json({ code: 'NotFound', detail: 'no such page' }, 404);
  return sendFile(response, join(state.page, pathname === '/' ? 'index.html' : pathname));
}

/** A number that tells which place, time and level were asked for. */
function pointValues(layer: StubLayer, query: URLSearchParams): Record<string, number | null> {
  const hour = new Date(query.get('datetime') ?? 0).getUTCHours();
  const west = Number(query.get('lon')) < 0;
  return Object.fromEntries(
    layer.parameters.map(({ id }, i) => [
      id,
      west ? null : 100 * (i + 1) + hour + Number(query.get('z') ?? 0),
    ]),
  );
}

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  try {
    const bytes = await readFile(path);
    const contentType = contentTypes[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': contentType, 'content-security-policy': policy });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}
