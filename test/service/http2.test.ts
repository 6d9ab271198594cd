import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import * as http2 from 'node:http2';
import { get as httpsGet } from 'node:https';
import { connect as connectRaw } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import type { ServiceOptions } from '../../src/service/index.js';
import { hours, memoryLayer, worldGrid } from '../edr/memory-layer.js';
import { gatedStore } from './gated-store.js';
import { type RunningService, startService } from './running-service.js';

const cube = '/collections/world/cube?bbox=-180,-90,180,90';
const first = `${cube}&datetime=2020-01-01T00:00Z`;

let store: BlobStore;
const sessions: http2.ClientHttp2Session[] = [];
const services: RunningService[] = [];

beforeAll(async () => {
  store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0 }) => t * 10_000 + y * 40 + x + 1 / 3;
  await memoryLayer(worldGrid({ t: hours(60) }), [{ id: 'p', axes: ['t'], valueAt }], {
    store,
    layer: 'world',
    tileShape: { t: 1, row: 6, col: 6 },
  });
});
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  for (const service of services.splice(0)) await service.close();
});

async function start(options: Partial<ServiceOptions> = {}, from = store): Promise<RunningService> {
  const service = await startService(from, { protocol: { http2: true }, ...options });
  services.push(service);
  return service;
}

function connect(address: string, options: http2.SecureClientSessionOptions = {}): http2.ClientHttp2Session {
  const session = http2.connect(address, options);
  sessions.push(session);
  session.on('error', () => {});
  return session;
}

interface Answer {
  readonly status: number;
  readonly headers: http2.IncomingHttpHeaders;
  readonly trailers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
}

function ask(
  session: http2.ClientHttp2Session,
  path: string,
  { body, ...headers }: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, ...headers }, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    const found = { headers: {} as http2.IncomingHttpHeaders, trailers: {} as http2.IncomingHttpHeaders };
    const chunks: Buffer[] = [];
    stream.on('response', (given) => {
      found.headers = given;
    });
    stream.on('trailers', (given) => {
      found.trailers = given;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () =>
      resolve({ ...found, status: Number(found.headers[':status']), body: Buffer.concat(chunks) }),
    );
  });
}

const metric = async (session: http2.ClientHttp2Session, name: string) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec((await ask(session, '/metrics')).body.toString())![1]);

describe('HTTP/2 without TLS', () => {
  it('answers as HTTP/1.1 does: documents, data, tiles, errors, POST', async () => {
    const session = connect((await start()).address);
    const other = await startService(store);
    services.push(other);
    for (const path of [
      '/conformance',
      `${first}&f=CSV`,
      '/collections/world/position?coords=POINT(10+45)&f=NetCDF',
      '/layers/world/tiles/0/p/0/0?t=0',
      '/layers/world/tiles/0/p/0/0?t=0',
      '/layers/world/tiles/0/p/99/0',
      '/collections/world/cube?bbox=1',
      '/nothing',
    ]) {
      const answer = await ask(session, path);
      const expected = await other.get(path, { headers: { 'Accept-Encoding': 'identity' } });
      expect([path, answer.status]).toEqual([path, expected.status]);
      expect(answer.headers['content-type']).toBe(expected.headers.get('content-type'));
      expect(answer.headers.etag).toBe(expected.headers.get('etag') ?? undefined);
      expect([path, answer.body.toString('latin1')]).toEqual([
        path,
        Buffer.from(await expected.arrayBuffer()).toString('latin1'),
      ]);
      expect(answer.headers).not.toHaveProperty('connection');
      expect(answer.headers).not.toHaveProperty('transfer-encoding');
    }
    const posted = await ask(session, '/collections/world/position', {
      ':method': 'POST',
      'content-type': 'application/json',
      body: JSON.stringify({ coords: 'POINT(10 45)' }),
    });
    expect(posted.status).toBe(200);
    const tag = posted.headers.etag!;
    const known = await ask(session, '/collections/world/position?coords=POINT(10+45)', {
      'if-none-match': tag,
    });
    expect([known.status, known.body.length]).toEqual([304, 0]);
    expect((await ask(session, '/conformance', { ':method': 'HEAD' })).body.length).toBe(0);
    const { links } = JSON.parse((await ask(session, '/')).body.toString()) as { links: { href: string }[] };
    expect(links[0]!.href).toBe(`${services[0]!.address}/`);
  });

  it('streams large answers, many on one connection, as each client takes them', async () => {
    const session = connect((await start()).address);
    await new Promise((resolve) => session.once('connect', resolve));
    // The window of a connection is of all its streams: one of the usual size would be full of what is not read.
    session.setLocalWindowSize(2 ** 22);
    const whole = await ask(session, `${cube}&f=CSV`);
    expect(whole.body.toString().split('\r\n')).toHaveLength(60 * 36 * 18 + 2);
    expect(whole.trailers['server-timing']).toMatch(/^total;dur=/);
    // One that does not read holds back itself, not the others.
    const slow = session.request({ ':path': `${cube}&f=CSV` });
    await new Promise((resolve) => slow.once('response', resolve));
    slow.pause();
    const others = await Promise.all(Array.from({ length: 3 }, () => ask(session, `${cube}&f=CSV`)));
    for (const { body } of others) expect(body.equals(whole.body)).toBe(true);
    const rest: Buffer[] = [];
    slow.on('data', (chunk: Buffer) => rest.push(chunk)).resume();
    await new Promise((resolve) => slow.once('end', resolve));
    expect(Buffer.concat(rest).equals(whole.body)).toBe(true);
  });

  it.each([cube, '/collections/world/position?coords=POINT(10+45)'])(
    'a stream that is reset stops the work: %s',
    async (path) => {
      const { store: from, gate, letGo } = gatedStore(store);
      const service = await start({ maxConcurrent: 1 }, from);
      const session = connect(service.address);
      // Opening segments is shared, and goes on.
      await ask(session, cube);
      gate.isOpen = false;
      const stream = session.request({ ':path': path });
      stream.on('error', () => {});
      await expect.poll(() => gate.waiting.length).toBeGreaterThan(0);
      // The only place is taken.
      expect(await metric(session, 'tilecurve_requests_in_flight')).toBe(2);
      const before = gate.reads;
      stream.close(http2.constants.NGHTTP2_CANCEL);
      await expect.poll(() => metric(session, 'tilecurve_requests_in_flight')).toBe(1);
      letGo();
      for (let i = 0; i < 5; i++) await ask(session, '/conformance');
      expect(gate.reads).toBe(before);
      // Whoever comes next gets it.
      const tile = await ask(session, '/collections/world/cube?bbox=0,0,9,9&datetime=2020-01-01T01:00Z');
      expect(tile.status).toBe(200);
    },
  );

  it('outlives connections that are no HTTP/2, and streams reset by the hundred', async () => {
    const service = await start();
    const { port } = new URL(service.address);
    const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
      Buffer.concat([preface, Buffer.alloc(200, 0xff)]),
      // HEADERS of stream 0; a window of nothing; a header block that is none.
      Buffer.concat([
        preface,
        Buffer.from('000000040000000000', 'hex'),
        Buffer.from('000000010500000000', 'hex'),
      ]),
      Buffer.concat([
        preface,
        Buffer.from('000000040000000000', 'hex'),
        Buffer.from('00000408000000000000000000', 'hex'),
      ]),
      Buffer.concat([
        preface,
        Buffer.from('000000040000000000', 'hex'),
        Buffer.from('000004010500000001ffffffff', 'hex'),
      ]),
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connectRaw({ host: '127.0.0.1', port: Number(port) }, () => socket.end(bytes));
        socket.on('error', () => {});
        // A connection error is told by GOAWAY.
        socket.on('data', (data) => data.includes(Buffer.from('0000080700', 'hex')) && resolve());
        socket.on('close', () => resolve());
      });
    }
    const rapid = connect(service.address);
    for (let i = 0; i < 3000 && !rapid.destroyed; i++) {
      const stream = rapid.request({ ':path': first });
      stream.on('error', () => {});
      stream.close(http2.constants.NGHTTP2_CANCEL);
    }
    const session = connect(service.address);
    expect((await ask(session, '/conformance')).status).toBe(200);
    await expect.poll(() => metric(session, 'tilecurve_requests_in_flight'), { timeout: 10_000 }).toBe(1);
  });

  it('refuses headers that are too large, and a body that is', async () => {
    const session = connect((await start()).address);
    const large = ask(session, '/', { 'x-large': 'x'.repeat(200_000) });
    await expect(large.then(({ status }) => status >= 400 && Promise.reject(status))).rejects.toBeDefined();
    const again = connect(services[0]!.address);
    const posted = await ask(again, '/collections/world/position', {
      ':method': 'POST',
      'content-type': 'application/json',
      'content-length': String(2 ** 21),
      body: 'x'.repeat(2 ** 21),
    });
    expect(posted.status).toBe(413);
  });

  it('ends when the service does, after the answers under way', async () => {
    const { store: from, gate, letGo } = gatedStore(store);
    const service = await start({}, from);
    const session = connect(service.address);
    const idle = connect(service.address);
    await ask(idle, '/conformance');
    gate.isOpen = false;
    const answer = ask(session, first);
    await expect.poll(() => gate.waiting.length).toBeGreaterThan(0);
    const closed = service.close();
    services.splice(0);
    setTimeout(letGo, 50);
    expect((await answer).status).toBe(200);
    await closed;
    expect(idle.closed || idle.destroyed).toBe(true);
  });
});

describe('TLS', () => {
  let folder: string;
  let tls: { cert: Buffer; key: Buffer } | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilecurve-tls-'));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const subject = ['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    try {
      await promisify(execFile)('openssl', [...args, ...subject, '-keyout', keyFile, '-out', certFile]);
      tls = { cert: await readFile(certFile), key: await readFile(keyFile) };
    } catch (error) {
      console.warn(`skipped: no certificate can be made here (${(error as Error).message.slice(0, 80)})`);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function overHttp1(
    address: string,
    path: string,
  ): Promise<{ version: string; status: number; text: string }> {
    return new Promise((resolve, reject) => {
      httpsGet(address + path, { ca: tls!.cert }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () =>
          resolve({ version: response.httpVersion, status: response.statusCode!, text }),
        );
      }).on('error', reject);
    });
  }

  it('serves HTTP/2 and HTTP/1.1 on one port, with addresses of https', async (context) => {
    if (tls === undefined) return context.skip();
    const service = await start({ protocol: { http2: true, tls } });
    const session = connect(service.address, { ca: tls.cert });
    const answer = await ask(session, '/');
    expect(session.alpnProtocol).toBe('h2');
    expect(answer.body.toString()).toContain(`"${service.address}/conformance"`);
    expect(service.address).toMatch(/^https:/);
    const old = await overHttp1(service.address, '/');
    expect(old).toMatchObject({ version: '1.1', status: 200, text: answer.body.toString() });
    // Kept answers go ahead of the framework there, too.
    const tile = '/layers/world/tiles/0/p/0/0?t=0';
    const texts = [await overHttp1(service.address, tile), await overHttp1(service.address, tile)];
    expect(texts[0]).toEqual(texts[1]);
    expect((await ask(session, tile)).body.length).toBe(6 * 6 * 8);
  });

  it('without HTTP/2 serves HTTP/1.1', async (context) => {
    if (tls === undefined) return context.skip();
    const service = await start({ protocol: { tls } });
    expect(await overHttp1(service.address, '/health/live')).toMatchObject({ version: '1.1', status: 200 });
  });

  it('refuses what is no certificate by name', async () => {
    const protocol = { http2: true, tls: { cert: 'x', key: 'y' } };
    await expect(startService(store, { protocol })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
