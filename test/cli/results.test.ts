import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  makeFolder,
  type RunningCommand,
  removeFolders,
  startTilecurve,
  tilecurveDone,
  tilecurveFails,
} from './command-line.js';

const sample = join(import.meta.dirname, '../../data/insolation.zarr');
const large = '/collections/sun/cube?bbox=-180,-90,180,90&f=CSV';

let store: string;
let running: RunningCommand | undefined;

beforeAll(async () => {
  store = await makeFolder();
  await tilecurveDone(['write', sample, '--store', store, '--layer', 'sun', '--levels', '1']);
});
afterEach(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  running = undefined;
});
afterAll(removeFolders);

async function serve(...options: string[]) {
  running = startTilecurve(['serve', '--store', store, '--port', '0', '--max-cells', '100', ...options]);
  let notes = '';
  running.child.stderr!.on('data', (text: string) => {
    notes += text;
  });
  await expect.poll(() => notes, { timeout: 50_000 }).toMatch(/serving/);
  return { address: /at (http:\S+)/.exec(notes)![1]!, child: running.child, ended: running.ended };
}

/** A request on a connection of its own, so that the next one may go to another process. */
const ask = (address: string, init: RequestInit = {}) =>
  fetch(address, { redirect: 'manual', headers: { connection: 'close' }, ...init });

async function wait(location: string): Promise<Response> {
  let response = await ask(location);
  await expect
    .poll(
      async () => {
        if (response.status === 202) response = await ask(location);
        return response.status;
      },
      { timeout: 40_000 },
    )
    .not.toBe(202);
  return response;
}

describe('serve --results', () => {
  it('gives each process the results of the others, and keeps them until the next start', async () => {
    const results = join(await makeFolder(), 'made', 'here');
    const first = await serve('--results', results, '--workers', '3');
    const locations = new Set<string>();
    for (let i = 0; i < 6; i++) {
      const response = await ask(first.address + large);
      expect(response.status).toBe(308);
      locations.add(response.headers.get('location')!);
    }
    expect(locations.size).toBe(1);
    const [location] = locations;
    const text = await (await wait(location!)).text();
    for (let i = 0; i < 6; i++) expect(await (await ask(location!)).text()).toBe(text);
    first.child.kill('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0 });
    const second = await serve('--results', results);
    const path = new URL(location!).pathname;
    expect(await (await ask(second.address + path)).text()).toBe(text);
    expect((await ask(second.address + path, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(second.address + path)).status).toBe(404);
    expect(await readdir(results)).toEqual(['key']);
  });

  it('reports the result of a process that was killed as failed, and begins anew when it is asked again', async () => {
    const results = await makeFolder();
    const first = await serve('--results', results);
    const { status, headers } = await ask(first.address + large);
    expect(status).toBe(308);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await serve('--results', results);
    const again = await ask(second.address + new URL(headers.get('location')!).pathname);
    // It may just have been done.
    expect([200, 503]).toContain(again.status);
    const begun = await ask(second.address + large);
    expect(begun.status).toBe(308);
    expect((await wait(begun.headers.get('location')!)).status).toBe(200);
  });

  it.each([
    [['--results-size', '1GiB'], /--results-size needs --results/],
    [['--results-age', '0', '--results', 'r'], /--results-age/],
    [['--max-async-cells', '5'], /--max-async-cells needs --results/],
    [['--tls-key', 'key.pem'], /--tls-cert and --tls-key go together/],
  ])('%j is wrong usage', async (options, message) => {
    expect(await tilecurveFails(['serve', '--store', store, ...options], 2)).toMatch(message);
  });

  it('says which directory it cannot use', async () => {
    const line = await tilecurveFails(
      ['serve', '--store', store, '--results', join(import.meta.filename, 'none'), '--port', '0'],
      1,
    );
    expect(line).toMatch(/results cannot be kept there .*none/);
  });
});
