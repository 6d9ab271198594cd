import { afterEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../src/blob/index.js';
import { createMemoryStore } from '../../src/blob/index.js';
import { memoryLayer, worldGrid } from '../edr/memory-layer.js';
import { rawRequest } from './raw-request.js';
import { type RunningService, startService } from './running-service.js';

const data = '/collections/world/position?coords=POINT(10+45)';
let service: RunningService | undefined;

afterEach(async () => {
  await service?.close();
  service = undefined;
});

/** A store whose files open only when they are let. */
async function gatedStore() {
  const store = createMemoryStore();
  await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt: ({ x = 0, y = 0 }) => Math.sin(x + y) }], {
    store,
    layer: 'world',
  });
  const waiting: (() => void)[] = [];
  let isOpen = false;
  const gated = new Proxy(store, {
    get(target, name) {
      if (name !== 'open') {
        const member = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return async (...args: Parameters<BlobStore['open']>) => {
        if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
        return target.open(...args);
      };
    },
  });
  const letGo = () => {
    isOpen = true;
    for (const go of waiting) go();
  };
  return { store: gated, letGo };
}

describe('requests for data', () => {
  // Nothing bounded them: a thousand at once took the memory of a thousand.
  it('wait for their turn, and are 429 with Retry-After when too many wait', async () => {
    const { store, letGo } = await gatedStore();
    service = await startService(store, { maxConcurrent: 1 });
    const { get } = service;
    const inFlight = async () =>
      Number(/requests_in_flight (\d+)$/m.exec(await (await get('/metrics')).text())![1]);
    const leaving = new AbortController();
    const first = get(data);
    await expect.poll(inFlight).toBe(2);
    const waiting = [
      ...[1, 2, 3].map(() => get(data)),
      get(data, { signal: leaving.signal }).catch((error: Error) => error),
    ];
    await expect.poll(inFlight).toBe(6);
    const refused = await get(data);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect((await get('/collections/world')).status).toBe(200);
    expect((await get('/health/ready')).status).toBe(200);
    leaving.abort();
    await waiting[3];
    // Whoever left has made room for one more.
    await expect.poll(inFlight).toBe(5);
    const late = get(data);
    await expect.poll(inFlight).toBe(6);
    letGo();
    for (const answer of [first, ...waiting.slice(0, 3), late]) {
      const response = (await answer) as Response;
      expect(response.status).toBe(200);
      await response.text();
    }
    await expect.poll(inFlight).toBe(1);
    expect((await get(data)).status).toBe(200);
  });
});

describe('a request that is not HTTP', () => {
  it.each([
    ['no request line', 'hello\r\n\r\n', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n', 400],
    ['an odd length', 'POST /layers/world/tiles HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 400],
    ['too long a header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`, 431],
    ['a good one before it', 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n\r\n', 400],
  ])('with %s is a problem document', async (_, text, status) => {
    service = await startService();
    const answer = await rawRequest(service.address, text);
    const last = answer.slice(answer.lastIndexOf('HTTP/1.1'));
    expect(last).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(last).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(last.slice(last.indexOf('\r\n\r\n')))).toMatchObject({ status, code: String(status) });
    expect((await service.get('/health/live')).status).toBe(200);
  });
});
