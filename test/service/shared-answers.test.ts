import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { hours, memoryLayer, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

const cube = '/collections/world/cube?bbox=0,0,50,50';

/** A store whose files open when they are let go; opening and reading are counted. */
function gatedStore(store: BlobStore) {
  const gate = { isOpen: true, opened: 0, reads: 0, waiting: [] as (() => void)[] };
  const gated: BlobStore = {
    ...store,
    open: async (...args) => {
      gate.opened += 1;
      if (!gate.isOpen) await new Promise<void>((resolve) => gate.waiting.push(resolve));
      const handle = await store.open(...args);
      const counted = (name: 'read' | 'readSync') => ({
        [name]: (...given: unknown[]) => {
          gate.reads += 1;
          return (handle[name] as (...given: unknown[]) => unknown).apply(handle, given);
        },
      });
      return Object.assign(Object.create(handle), counted('read'), handle.readSync && counted('readSync'));
    },
  };
  const letGo = () => {
    gate.isOpen = true;
    for (const resolve of gate.waiting.splice(0)) resolve();
  };
  return { gated, gate, letGo };
}

let service: RunningService;
let gates: ReturnType<typeof gatedStore>;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0 }) => t * 10_000 + y * 40 + x;
  await memoryLayer(worldGrid({ t: hours(4) }), [{ id: 'p', axes: ['t'], valueAt }], {
    store,
    layer: 'world',
  });
  gates = gatedStore(store);
  service = await startService(gates.gated);
});
afterAll(() => service.close());

describe('an answer that many ask for at once', () => {
  it('is made once, and goes on for the others when one of them gives up', async () => {
    const { gate, letGo } = gates;
    gate.isOpen = false;
    const leaving = new AbortController();
    const left = service.get(cube, { signal: leaving.signal }).catch((error: unknown) => error);
    const others = Array.from({ length: 20 }, () => service.json<{ type: string }>(cube));
    await expect.poll(() => gate.waiting.length).toBe(1);
    leaving.abort();
    expect(await left).toMatchObject({ name: 'AbortError' });
    letGo();
    const answers = await Promise.all(others);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]!.type).toBe('Coverage');
    expect(gate.opened).toBe(1);
  });

  it('is sent again without reading, with its length, in any spelling of the query', async () => {
    const { gate } = gates;
    const again = await service.get(`${cube}&f=covjson`, { headers: { 'Accept-Encoding': 'identity' } });
    const first = await again.text();
    const before = gate.reads;
    expect(before).toBeGreaterThan(0);
    const reordered = await service.get('/collections/world/cube?f=CoverageJSON&bbox=0,0,50,50', {
      headers: { 'Accept-Encoding': 'identity' },
    });
    expect(await reordered.text()).toBe(first);
    expect(Number(reordered.headers.get('content-length'))).toBe(first.length);
    expect(reordered.headers.get('etag')).toBe(again.headers.get('etag'));
    expect(gate.reads).toBe(before);
  });

  it('is another one for another query', async () => {
    const other = await service.json(`${cube}&datetime=2020-01-01T01:00Z`);
    expect(other).not.toEqual(await service.json(cube));
  });
});

describe('a map tile that many ask for at once', () => {
  const tile = '/tiles/world/1/0/0.png?datetime=2020-01-01T02:00Z';

  it('is read and drawn once, in either resampling', async () => {
    const { gate } = gates;
    for (const address of [tile, `${tile}&resampling=bilinear`]) {
      const before = gate.reads;
      await service.get(`${address}&style=plasma`);
      const readsOfOne = gate.reads - before;
      expect(readsOfOne).toBeGreaterThan(0);
      const asked = Array.from({ length: 12 }, () => service.get(address));
      const tiles = await Promise.all(
        asked.map(async (answer) => Buffer.from(await (await answer).arrayBuffer())),
      );
      expect(tiles.every((bytes) => bytes.equals(tiles[0]!))).toBe(true);
      expect(gate.reads - before).toBe(2 * readsOfOne);
    }
  });

  it('is not read for who has it already, nor for its headers alone', async () => {
    const { gate } = gates;
    const address = `${tile}&style=turbo`;
    const before = gate.reads;
    const head = await service.get(address, { method: 'HEAD' });
    expect(head.status).toBe(200);
    const tag = head.headers.get('etag')!;
    expect(tag).toMatch(/^"[\w-]+"$/);
    for (const method of ['GET', 'HEAD']) {
      const again = await service.get(address, { method, headers: { 'If-None-Match': tag } });
      expect(again.status).toBe(304);
    }
    expect(gate.reads).toBe(before);
    const whole = await service.get(address);
    expect([whole.status, whole.headers.get('etag')]).toEqual([200, tag]);
    expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'));
    expect(gate.reads).toBeGreaterThan(before);
  });
});
