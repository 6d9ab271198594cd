import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { coverageFormats } from '../../src/formats/index.js';
import { writeLayer } from '../../src/layer/index.js';
import { memorySource, regular, worldGrid } from '../edr/memory-layer.js';
import { gatedStore } from './gated-store.js';
import { type RunningService, startService } from './running-service.js';

const [COLUMNS, ROWS] = [4000, 3000];
const CELL_BYTES = COLUMNS * ROWS * 4;
/** Turns of the loop that the service waits in a row: what goes on goes on in the next. */
const QUIET_TURNS = 50;
const REQUESTS = 'http.server.request.start';

const cube = '/collections/world/cube?bbox=-180,-90,180,90';
let service: RunningService;
let gate: ReturnType<typeof gatedStore>['gate'];
/** The answer under way, as the service has it. */
let response: ServerResponse | undefined;
const noteResponse = (message: unknown) => {
  response = (message as { readonly response: ServerResponse }).response;
};

beforeAll(async () => {
  const store = createMemoryStore();
  const grid = worldGrid({
    x: regular('lon', -179.955, 0.09, COLUMNS),
    y: regular('lat', 89.97, -0.06, ROWS),
  });
  const source = memorySource(grid, [{ id: 'p', axes: [], type: 'float32', valueAt: () => 0 }]);
  await writeLayer(
    store,
    {
      ...source,
      async read({ type }, { start, end }) {
        const shape = start.map((from, d) => end[d]! - from);
        const cells = new Float32Array(shape.reduce((a, b) => a * b));
        for (let i = 0; i < cells.length; i++) cells[i] = 270 + (i % 977) / 8;
        return { type, shape, cells };
      },
    },
    { layer: 'world', tileShape: { t: 1, z: 1, row: 100, col: 100 }, levels: 1, codec: 'raw' },
  );
  const gated = gatedStore(store);
  gate = gated.gate;
  service = await startService(gated.store, { answerCacheBytes: 0 });
  subscribe(REQUESTS, noteResponse);
});
afterAll(async () => {
  unsubscribe(REQUESTS, noteResponse);
  await service.close();
});

/** A client that asks and never reads. */
async function askOnly(path: string): Promise<Socket> {
  const { hostname, port } = new URL(service.address);
  const socket = connect({ host: hostname, port: Number(port) }).pause();
  await new Promise<void>((done, fail) => socket.once('connect', done).once('error', fail));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  return socket;
}

/** Resolves when the service does nothing but wait for its client to take more. */
async function heldBack(): Promise<void> {
  for (let before = 0, turns = 0; turns < QUIET_TURNS; ) {
    await new Promise(setImmediate);
    const written = response?.socket?.bytesWritten ?? 0;
    turns = response?.writableNeedDrain && written === before ? turns + 1 : 0;
    before = written;
  }
}

describe('an answer to a client that does not read', () => {
  it.each(coverageFormats.filter(({ isWhole }) => !isWhole).map(({ token }) => token))(
    'is read no further than what fits between them: %s',
    async (token) => {
      gate.bytes = 0;
      response = undefined;
      const socket = await askOnly(`${cube}&f=${token}`);
      await heldBack();
      // The buffers of two sockets and a slab of two million cells, of 48 MB.
      expect(gate.bytes).toBeGreaterThan(0);
      expect(gate.bytes).toBeLessThan(CELL_BYTES / 2);
      socket.destroy();
    },
  );
});
