import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, memoryLayer, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

const cube = '/collections/world/cube?bbox=0,0,50,50';
const point = '/collections/world/position?coords=POINT(10+45)';
let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0 }) => t * 10_000 + y * 40 + x;
  await memoryLayer(worldGrid({ t: hours(30) }), [{ id: 'p', axes: ['t'], valueAt }], {
    store,
    layer: 'world',
  });
  service = await startService(store);
});
afterAll(() => service.close());

/** fetch unpacks by itself; this sees the bytes as they came. */
async function rawBody(path: string, accepted: string): Promise<{ headers: Headers; body: Buffer }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request(service.address + path, { headers: { 'Accept-Encoding': accepted } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          headers: new Headers(response.headers as Record<string, string>),
          body: Buffer.concat(chunks),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('an answer in text', () => {
  it('is packed as the client likes it, and unpacks to the same bytes', async () => {
    const plain = await rawBody(cube, 'identity');
    expect(plain.headers.get('content-encoding')).toBeNull();
    const gzip = await rawBody(cube, 'gzip');
    expect(gzip.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    const brotli = await rawBody(cube, 'gzip;q=0.5, br');
    expect(brotli.headers.get('content-encoding')).toBe('br');
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(brotli.body.length).toBeLessThan(plain.body.length / 2);
    const tags = [plain, gzip, brotli].map(({ headers }) => headers.get('etag'));
    expect(new Set(tags).size).toBe(3);
  });

  it('is what the tag of its packing says: 304 for the one, 200 for the other', async () => {
    const { headers } = await rawBody(cube, 'gzip');
    const tag = headers.get('etag')!;
    const again = (accepted: string) =>
      service.get(cube, { headers: { 'Accept-Encoding': accepted, 'If-None-Match': tag } });
    expect((await again('gzip')).status).toBe(304);
    expect((await again('identity')).status).toBe(200);
  });

  it.each(['', 'gzip;q=0', 'compress', '*;q=0', 'gzip;q=nonsense'])(
    'comes as it is for %j',
    async (accepted) => {
      const { headers, body } = await rawBody(cube, accepted);
      expect(headers.get('content-encoding')).toBeNull();
      expect(JSON.parse(body.toString())).toMatchObject({ type: 'Coverage' });
    },
  );

  it('comes as it is when it has a few values', async () => {
    const { headers } = await rawBody(point, 'gzip');
    expect(headers.get('content-encoding')).toBeNull();
    expect(headers.get('vary')).toBe('Accept, Accept-Encoding');
  });

  it('has the headers of its packing for HEAD, too', async () => {
    const { headers } = await service.get(cube, { method: 'HEAD', headers: { 'Accept-Encoding': 'br' } });
    expect(headers.get('content-encoding')).toBe('br');
  });
});
