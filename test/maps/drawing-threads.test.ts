import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/blob/index.js';
import { UnavailableError } from '../../src/errors/index.js';
import { DrawingThreads } from '../../src/maps/index.js';
import { memoryLayer, worldGrid } from '../edr/memory-layer.js';

const tile = { zoom: 0, col: 0, row: 0 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tilecurve-threads-'));
  await mkdir(join(folder, 'store'));
  const layer = await memoryLayer(
    worldGrid(),
    [{ id: 'p', axes: [], valueAt: ({ x = 0, y = 0 }) => x * 3 + y }],
    { store: openStore(join(folder, 'store')), layer: 'world' },
  );
  await layer.close();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function threadsFor(layer: string): DrawingThreads {
  const read = { location: join(folder, 'store'), layer, sequence: 1, unpackedBytes: 0, lanes: 1 };
  return new DrawingThreads(1, { ...read, shown: { format: 'f32' }, sample: tile });
}

describe('DrawingThreads', () => {
  it('draws tiles', async () => {
    const threads = threadsFor('world');
    try {
      const [drawn] = (await threads.draw([tile])) ?? [];
      expect([drawn?.tile, drawn?.bytes?.length]).toEqual([tile, 256 * 256 * 4]);
    } finally {
      await threads.close();
    }
  });

  // It said so of each request, and who asked drew all tiles itself in silence.
  it('fails with the reason when a thread cannot open the layer', async () => {
    const threads = threadsFor('gone');
    try {
      const error = await threads.draw([tile]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UnavailableError);
      expect((error as UnavailableError).fields).toEqual({ cause: expect.stringContaining('layer') });
      await expect(threads.draw([tile])).rejects.toBe(error);
    } finally {
      await threads.close();
    }
  });
});
