import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { commitManifest } from '../../src/catalog/index.js';
import { CorruptionError, InvalidArgumentError } from '../../src/errors/index.js';
import { LayerReader, newStats, verifyLayer, writeLayer } from '../../src/layer/index.js';
import { arraySource } from './array-source.js';

const cube = (steps: number) =>
  arraySource({
    dims: ['t', 'y', 'x'],
    shape: [steps, 32, 32],
    chunkShape: [steps, 32, 32],
    type: 'float32',
    valueAt: (i) => Math.sin(i),
  });

describe('reading', () => {
  it('takes no tile beside those asked for, however scattered the instants are', async () => {
    const store = createMemoryStore();
    const options = { layer: 'a', levels: 1, tileShape: { t: 1, row: 8, col: 8 }, codec: 'raw' } as const;
    await writeLayer(store, cube(200), options);
    const reader = await LayerReader.open(store, 'a');
    const t = Array.from({ length: 100 }, (_, i) => ({ start: 2 * i, end: 2 * i + 1 }));
    const one = [{ start: 0, end: 1 }];
    const stats = newStats();
    const plan = reader.plan({ parameter: 'p', t, x: one, y: one });
    const values = await reader.read(plan, { stats });
    expect([...values]).toEqual(t.map(({ start }) => Math.fround(Math.sin(start * 32 * 32))));
    expect(stats.tilesRead).toBe(100);
    const records = reader.manifest.runs[0]!.segments.reduce((sum, { count }) => sum + count, 0);
    const recordBytes = reader.manifest.runs[0]!.segments.reduce((sum, s) => sum + s.sizeBytes, 0) / records;
    expect(stats.bytesRead).toBeLessThan(100 * recordBytes * 1.3);
  });

  it('never gives values of a tile that is not of the shape the layer says', async () => {
    const store = createMemoryStore();
    await writeLayer(store, cube(4), { layer: 'a', levels: 1, tileShape: { t: 2, row: 8, col: 8 } });
    const { manifest } = await LayerReader.open(store, 'a');
    const lie = { ...manifest, sequence: 2, commitId: 'lie', tileShape: { t: 4, z: 1, row: 8, col: 4 } };
    await commitManifest(store, lie);
    const reader = await LayerReader.open(store, 'a');
    await expect(reader.read(reader.plan({ parameter: 'p' }))).rejects.toThrow(CorruptionError);
    const key = { level: 0, parameter: 'p', col: 0, row: 0, t: 0, z: 0, custom: [] };
    await expect(reader.get(key)).rejects.toThrow(CorruptionError);
    expect((await verifyLayer(store, 'a')).faults.length).toBeGreaterThan(0);
  });

  it('cannot be asked to read what could not be written', async () => {
    const huge = arraySource({
      dims: ['y', 'x'],
      shape: [2, 2],
      chunkShape: [2, 2],
      type: 'uint8',
      valueAt: () => 0,
    });
    const axis = {
      name: 'x',
      coordinates: { kind: 'regular', start: 0, step: 1e-3, count: 1 << 15 },
    } as const;
    const source = { ...huge, grid: { ...huge.grid, x: axis, y: { ...axis, name: 'y' } } };
    const memoryBytes = 8 * 2 ** 30;
    const tileShape = { row: 1 << 14, col: 1 << 14 };
    await expect(
      writeLayer(createMemoryStore(), source, { layer: 'a', memoryBytes, tileShape }),
    ).rejects.toThrow(InvalidArgumentError);
  });
});
