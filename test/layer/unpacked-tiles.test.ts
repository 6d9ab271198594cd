import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { CorruptionError } from '../../src/errors/index.js';
import { LayerReader, UnpackedTiles, writeLayer } from '../../src/layer/index.js';
import { hours, memorySource, worldGrid } from '../edr/memory-layer.js';

const valueAt = ({ t = 0, y = 0, x = 0 }) => t * 1000 + y * 36 + x + 0.25;
const span = (length: number) =>
  fc
    .record({ start: fc.integer({ min: 0, max: length - 1 }), size: fc.integer({ min: 1, max: length }) })
    .map(({ start, size }) => [{ start, end: Math.min(length, start + size) }]);

async function sampleStore() {
  const store = createMemoryStore();
  const source = memorySource(worldGrid({ t: hours(30) }), [
    { id: 'packed', axes: ['t'], type: 'float32', valueAt },
    { id: 'whole', axes: ['t'], type: 'int16', valueAt: ({ t = 0, y = 0, x = 0 }) => ((t + y + x) % 9) - 4 },
  ]);
  await writeLayer(store, source, { layer: 'a', tileShape: { t: 7, row: 8, col: 8 } });
  return store;
}

describe('tiles that are kept unpacked', () => {
  it('hold what the stored ones hold, within their bytes', async () => {
    const store = await sampleStore();
    const plain = await LayerReader.open(store, 'a');
    const unpacked = new UnpackedTiles(16_384);
    const keeping = await LayerReader.open(store, 'a', { unpacked });
    const query = fc.record({
      parameter: fc.constantFrom('packed', 'whole'),
      t: span(30),
      y: span(18),
      x: span(36),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(query, { minLength: 1, maxLength: 6 }), async (queries) => {
        const read = (reader: LayerReader) =>
          Promise.all(queries.map((one) => reader.read(reader.plan(one))));
        expect(await read(keeping)).toEqual(await read(plain));
        expect(unpacked.stats().bytes).toBeLessThanOrEqual(16_384);
      }),
      { numRuns: 60 },
    );
    expect(unpacked.stats().hits).toBeGreaterThan(20);
  });

  it('do not hide that a record is damaged', async () => {
    const store = await sampleStore();
    const unpacked = new UnpackedTiles(1 << 20);
    const reader = await LayerReader.open(store, 'a', { unpacked });
    await reader.read(reader.plan({ parameter: 'packed' }));
    expect(unpacked.stats().tiles).toBeGreaterThan(0);
    const names: string[] = [];
    for await (const { path } of store.list('layers/a/')) if (path.endsWith('.seg')) names.push(path);
    for (const name of names) {
      const bytes = Uint8Array.from(await store.get(name));
      bytes[Math.floor(bytes.length / 3)]! ^= 0x10;
      await store.delete(name);
      await store.put(name, [bytes]);
    }
    const fresh = await LayerReader.open(store, 'a', { unpacked });
    await expect(fresh.read(fresh.plan({ parameter: 'packed' }))).rejects.toThrow(CorruptionError);
  });
});
