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
