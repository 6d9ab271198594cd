import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { LayerReader } from '../../src/layer/index.js';
import { memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

const tile = '/layers/world/tiles/0/p/0/0';
let store: BlobStore;
let service: RunningService;

beforeAll(async () => {
  store = createMemoryStore();
  await writeWorld(1);
  service = await startService(store);
});
afterAll(() => service.close());

async function writeWorld(factor: number): Promise<void> {
  const grid = worldGrid({ custom: [regular('number', 0, 1, 2)] });
  const valueAt = ({ y = 0, x = 0, number = 0 }) => factor * Math.sin(y * 36 + x + number * 1000);
  await memoryLayer(grid, [{ id: 'p', axes: ['number'], valueAt }], {
    store,
    layer: 'world',
    overwrite: true,
  });
}

async function hits({ get }: RunningService = service): Promise<number> {
  return Number(/answer_cache_hits (\d+)/.exec(await (await get('/metrics')).text())![1]);
}

/** The whole answer to a request as it comes over the wire; the connection stays open. */
function wire(
  path: string,
  headers: readonly string[] = [],
  { method = 'GET', address = service.address } = {},
): Promise<Buffer> {
  const { port } = new URL(address);
  const text = [`${method} ${path} HTTP/1.1`, 'Host: a', ...headers, '', ''].join('\r\n');
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(parts)));
    socket.on('data', (part) => {
      parts.push(part);
      const all = Buffer.concat(parts);
      const end = all.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(all.toString('latin1', 0, end))?.[1] ?? 0);
      if (end >= 0 && (method === 'HEAD' || all.length >= end + 4 + length)) socket.end();
    });
  });
}

/** Status line, headers without what time changes, and body. */
function parts(answer: Buffer) {
  const end = answer.indexOf('\r\n\r\n');
  const [status, ...lines] = answer.toString('latin1', 0, end).split('\r\n');
  const headers = lines.filter((line) => !/^(date|server-timing):/i.test(line)).sort();
  const names = lines.map((line) => line.split(':')[0]!.toLowerCase()).sort();
  return { status, headers, names, body: answer.subarray(end + 4).toString('latin1') };
}

describe('a first answer that needs no waiting', () => {
  // The framework puts the date last.
  const isAheadOfFramework = (answer: Buffer) => /^HTTP\/1.1 200 OK\r\nDate:/.test(answer.toString('latin1'));
  const own = (lines: readonly string[]) => lines.filter((line) => !/^(connection|keep-alive):/i.test(line));

  it('has the headers and bytes that its route gives it, kept or not', async () => {
    for (const answerCacheBytes of [0, 1e8]) {
      const other = await startService(store, { answerCacheBytes });
      const { address } = other;
      try {
        // Opens their segments.
        for (const number of [0, 1]) await other.get(`${tile}?number=${number}&t=00`);
        for (const query of ['?number=0', '?number=1', '?f=bin', '?custom.number=1&t=0&z=0', '']) {
          // Opens the layer, or hears that it is still the newest.
          await other.get('/layers/world');
          const first = await wire(tile + query, [], { address });
          const byRoute = await wire(tile + query, ['Connection: close'], { address });
          expect(isAheadOfFramework(byRoute)).toBe(false);
          expect(isAheadOfFramework(first), query).toBe(true);
          expect(own(parts(first).headers)).toEqual(own(parts(byRoute).headers));
          expect(parts(first).body).toBe(parts(byRoute).body);
          expect(first.toString('latin1')).toMatch(
            /\r\nserver-timing: plan;dur=\d+\.\d, read;dur=\d+\.\d\r\n/,
          );
        }
        const text = await (await other.get('/metrics')).text();
        expect(text).toMatch(/requests_total\{[^}]*tiles\/:level[^}]*status="200"\} 12$/m);
        expect(await hits(other)).toBe(0);
      } finally {
        await other.close();
      }
    }
  });

  it.each([
    ['another form', '?f=json', 200],
    ['an unknown parameter', '?q=1', 400],
    ['a member there is not', '?number=2', 404],
    ['a tile that is no number', '?t=-1', 400],
    ['a form there is not', '?f=xml', 400],
  ])('is left to the route for %s', async (_, query, status) => {
    const other = await startService(store);
    try {
      await other.get('/layers/world');
      const answer = await wire(tile + query, [], { address: other.address });
      expect(isAheadOfFramework(answer)).toBe(false);
      expect(parts(answer).status).toContain(` ${status} `);
    } finally {
      await other.close();
    }
  });
});

describe('an answer that is sent again', () => {
  it.each([
    ['a tile', `${tile}?number=0`, []],
    ['a tile of another member', `${tile}?number=1`, []],
    ['a tile spelled differently', `${tile}/?custom.number=1`, []],
    ['a tile as JSON', `${tile}?number=0&f=json`, []],
    ['a tile as Accept says', `${tile}?number=0`, ['Accept: application/json']],
    ['a tile as another Accept says', `${tile}?number=0`, ['aCCept: application/octet-stream']],
    ['a tile for a page elsewhere', `${tile}?number=1`, ['Origin: http://example.com', 'Accept: */*']],
    ['a map tile', '/tiles/world/1/0/0.png?number=1', []],
    ['a map tile of numbers', '/tiles/world/1/0/0.f32?number=1', []],
  ])('%s has the headers and bytes of the first', async (_, path, headers) => {
    const first = parts(await wire(path, headers));
    expect(first.status).toBe('HTTP/1.1 200 OK');
    const start = await hits();
    // A slow machine may look for a new snapshot in between, which leaves the answer to the route.
    for (let i = 0; i < 50 && (await hits()) === start; i++) {
      expect(parts(await wire(path, headers))).toEqual(first);
    }
    const before = await hits();
    expect(before).toBe(start + 1);
    // Another path through Node: a client that does not keep its connection.
    const closing = parts(await wire(path, [...headers, 'Connection: close']));
    expect(await hits()).toBe(before);
    const own = (lines: readonly string[]) =>
      lines.filter((line) => !/^(connection|keep-alive):/i.test(line));
    expect(own(closing.headers)).toEqual(own(first.headers));
    expect(closing.body).toBe(first.body);
  });

  it('is left to the routes when the request asks for more than that', async () => {
    const path = `${tile}?number=0`;
    const etag = (await service.get(path)).headers.get('etag')!;
    const before = await hits();
    expect(parts(await wire(path, [`If-None-Match: ${etag}`])).status).toBe('HTTP/1.1 304 Not Modified');
    expect(parts(await wire(path, ['If-None-Match: *'])).status).toBe('HTTP/1.1 304 Not Modified');
    expect(parts(await wire(path, ['Accept: text/html'])).status).toBe('HTTP/1.1 406 Not Acceptable');
    expect(parts(await wire(path, ['Accept: text/html', 'Accept: */*'])).status).toBe('HTTP/1.1 200 OK');
    expect(parts(await wire(path, [], { method: 'HEAD' })).body).toBe('');
    expect(parts(await wire(path, [], { method: 'DELETE' })).status).toBe('HTTP/1.1 405 Method Not Allowed');
    for (const other of ['?number=2', '?number=0&number=0', '?q=1', '?f=xml', '?t=-1']) {
      expect((await service.get(tile + other)).status, other).toBeGreaterThanOrEqual(400);
    }
    expect(await hits()).toBe(before);
  });

  it('answers requests that come together on one connection, in order', async () => {
    const paths = [0, 1, 0].map((number) => `${tile}?number=${number}`);
    const alone: string[] = [];
    for (const path of paths) alone.push(parts(await wire(path)).body);
    const { port } = new URL(service.address);
    const text = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join('');
    const answer = await new Promise<string>((resolve) => {
      let all = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(text)).setEncoding('latin1');
      socket.on('data', (part) => {
        all += part;
        if (alone.every((body) => all.includes(body)) && all.split('HTTP/1.1 200').length === 4) socket.end();
      });
      socket.on('close', () => resolve(all));
    });
    const bodies = answer
      .split(/HTTP\/1\.1 200 OK\r\n/)
      .slice(1)
      .map((one) => one.slice(one.indexOf('\r\n\r\n') + 4));
    expect(bodies).toEqual(alone);
  });

  it('has the date of each time it is sent', async () => {
    const sentAt = async () => Date.parse((await service.get(`${tile}?number=0`)).headers.get('date')!);
    const first = await sentAt();
    expect(Math.abs(first - Date.now())).toBeLessThan(60_000);
    await expect.poll(sentAt, { timeout: 10_000 }).toBeGreaterThan(first);
  });

  it('is counted, and takes a place among the requests answered at once', async () => {
    const count = async () =>
      Number(
        /requests_total\{[^}]*tiles\/:level[^}]*status="200"\} (\d+)/.exec(
          await (await service.get('/metrics')).text(),
        )![1],
      );
    await service.get(`${tile}?number=0`);
    const before = await count();
    const answers = await Promise.all(Array.from({ length: 100 }, () => service.get(`${tile}?number=0`)));
    for (const answer of answers) expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
    await expect.poll(count).toBe(before + 100);
    const text = await (await service.get('/metrics')).text();
    expect(text).toMatch(/^tilecurve_requests_in_flight 1$/m);
  });
});

describe('a new snapshot', () => {
  afterEach(() => writeWorld(1));

  it('is answered within a second or so, never the one before under its tag', async () => {
    const path = `${tile}?number=0`;
    const before = await service.get(path);
    const bytes = Buffer.from(await before.arrayBuffer());
    await writeWorld(3);
    const fresh = await LayerReader.open(store, 'world');
    await expect
      .poll(async () => (await service.get(path)).headers.get('etag'), { timeout: 10_000 })
      .not.toBe(before.headers.get('etag'));
    const after = Buffer.from(await (await service.get(path)).arrayBuffer());
    expect(after.equals(bytes)).toBe(false);
    expect(after.readDoubleLE(8)).toBeCloseTo(3 * bytes.readDoubleLE(8), 12);
    await fresh.close();
  });
});

describe('the memory for answers', () => {
  it('is bounded, and may be none', async () => {
    const none = await startService(store, { answerCacheBytes: 0 });
    const { byteLength } = await (await service.get(`${tile}?number=0`)).arrayBuffer();
    const maxBytes = 17 * (byteLength + 2000);
    const small = await startService(store, { answerCacheBytes: maxBytes });
    try {
      for (const one of [none, small]) {
        for (let i = 0; i < 60; i++) await one.get(`${tile}?number=${i % 2}&t=${'0'.repeat(1 + (i % 14))}`);
      }
      const bytes = async ({ get }: RunningService) =>
        Number(/answer_cache_bytes (\d+)/.exec(await (await get('/metrics')).text())![1]);
      expect(await bytes(none)).toBe(0);
      expect(await hits(none)).toBe(0);
      expect(await bytes(small)).toBeGreaterThan(maxBytes / 2);
      expect(await bytes(small)).toBeLessThanOrEqual(maxBytes);
    } finally {
      await none.close();
      await small.close();
    }
  });
});
