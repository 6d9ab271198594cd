import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeComputedLayer } from '../../tools/bench/computed-layer.js';
import { type ServerProcess, startTilecurve } from '../../tools/bench/http/server-process.js';
import { readSlowly } from '../../tools/bench/http/slow-client.js';
import { makeFolder, removeFolders } from '../cli/command-line.js';
import { rawRequest } from './raw-request.js';

const MIB = 2 ** 20;
const size = { times: 12, rows: 1000, cols: 1000 };
const cube = '/collections/world/cube?bbox=-180,-90,180,90';

let server: ServerProcess;

beforeAll(async () => {
  const store = await makeFolder();
  await writeComputedLayer(store, {
    name: 'world',
    size,
    // Most tiles have one value, and are stored as that.
    valueAt: (time, row, col) => (col < 100 ? time + row / 8 + col / 64 : 273.15),
    options: { tileShape: { t: 4, row: 100, col: 100 }, levels: 1 },
  });
  server = await startTilecurve(store);
});
afterAll(async () => {
  await server?.stop();
  await removeFolders();
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.address}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1]);
}

describe('a large answer', () => {
  it('to a client slower than the service takes no more memory than some slabs', async () => {
    // What the first answer of any size takes is not growth.
    await (
      await fetch(`${server.address}${cube}&datetime=2020-01-01T00:00Z/2020-01-01T03:00Z`)
    ).arrayBuffer();
    const before = server.residentBytes();
    let most = before;
    const { bytes } = await readSlowly(server.address + cube, {
      bytesPerSecond: 20 * MIB,
      maxBytes: 40 * MIB,
      watch: () => {
        most = Math.max(most, server.residentBytes());
      },
    });
    // Half of the answer: a service that did not wait would have made the rest by now.
    expect(bytes).toBeGreaterThanOrEqual(40 * MIB);
    expect((most - before) / MIB).toBeLessThan(128);
  });

  it('reports the whole time as a trailer', async () => {
    const one = `${cube}&datetime=2020-01-01T00:00Z`;
    const answer = await rawRequest(
      server.address,
      `GET ${one} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.slice(-200)).toMatch(/\r\n0\r\nserver-timing: total;dur=[\d.]+\r\n/i);
  });

  it('stops being made when the client is gone', async () => {
    const { hostname, port } = new URL(server.address);
    const socket = await new Promise<Socket>((resolve, reject) => {
      const opened = connect({ host: hostname, port: Number(port) }, () => {
        opened.write(`GET ${cube} HTTP/1.1\r\nHost: a\r\n\r\n`);
        opened.once('data', () => resolve(opened));
      });
      opened.on('error', reject);
    });
    socket.pause();
    expect(await metric('tilecurve_requests_in_flight')).toBe(2);
    socket.destroy();
    await expect.poll(() => metric('tilecurve_requests_in_flight'), { timeout: 10_000 }).toBe(1);
    await expectIdle();
  });
});

/** The process has nothing to do: far less CPU time passes than the rest of the answer would take. */
async function expectIdle(): Promise<void> {
  const used = async () => {
    const before = server.cpuMs();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return server.cpuMs() - before;
  };
  await expect.poll(used, { timeout: 20_000 }).toBeLessThanOrEqual(50);
}
