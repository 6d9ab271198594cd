import { readFile } from 'node:fs/promises';
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
const tile = '/layers/sun/tiles/0/insolation/0/0';

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

/** A service of several processes that listens, and what it has written to stderr so far. */
async function serve(...options: string[]) {
  running = startTilecurve(['serve', '--store', store, '--port', '0', ...options]);
  let notes = '';
  running.child.stderr!.on('data', (text: string) => {
    notes += text;
  });
  await expect.poll(() => notes, { timeout: 50_000 }).toMatch(/serving/);
  const address = /at (http:\S+)/.exec(notes)![1]!;
  return { address, ended: running.ended, notes: () => notes, child: running.child };
}

/** Pids of the processes below one, as the system lists them. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/\) Z /.test(stat);
}

/** A request on a connection of its own, so that the next one may go to another process. */
async function ask(address: string, path = tile): Promise<Response> {
  return fetch(address + path, { headers: { connection: 'close' } });
}

/** The sum of a metric over all its labels. */
function metric(text: string, name: string): number {
  const lines = text.split('\n').filter((line) => new RegExp(`^${name}[ {]`).test(line));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const tilesCounted = (text: string) =>
  Number(/requests_total\{[^}]*tiles\/:level[^}]*status="200"\} (\d+)/.exec(text)?.[1] ?? 0);

describe('serve --workers', () => {
  it('answers from all processes, and counts over all of them', async () => {
    const { address, child, notes } = await serve('--workers', '2');
    expect(notes().trim().split('\n')).toHaveLength(1);
    const pids = await childrenOf(child.pid!);
    expect(pids).toHaveLength(2);
    const bodies = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const response = await ask(address);
      expect(response.status).toBe(200);
      bodies.add(Buffer.from(await response.arrayBuffer()).toString('base64'));
    }
    expect(bodies.size).toBe(1);
    await expect.poll(async () => tilesCounted(await (await ask(address, '/metrics')).text())).toBe(12);
    const text = await (await ask(address, '/metrics')).text();
    // The request that asks is the one under way, whichever process has it.
    expect(metric(text, 'tilecurve_requests_in_flight')).toBe(1);
    expect(metric(text, 'tilecurve_request_duration_seconds_count')).toBeGreaterThanOrEqual(13);
    // Each process opened the segment by itself, which shows that both have answered.
    expect(metric(text, 'tilecurve_segment_cache_opens')).toBe(2);
    expect(metric(text, 'tilecurve_workers')).toBe(2);
    expect(metric(text, 'tilecurve_workers_answered')).toBe(2);
  });

  it('tells the metrics of the others while one process hangs, and that it is missing', async () => {
    const { address, child } = await serve('--workers', '2');
    const [hung] = await childrenOf(child.pid!);
    const answered = async () => {
      // The first connection may be given to the process that hangs.
      const signal = AbortSignal.timeout(5000);
      const response = await fetch(`${address}/metrics`, { headers: { connection: 'close' }, signal });
      const text = await response.text();
      return `${metric(text, 'tilecurve_workers_answered')} of ${metric(text, 'tilecurve_workers')}`;
    };
    process.kill(hung!, 'SIGSTOP');
    try {
      await expect.poll(() => answered().catch(() => ''), { timeout: 20_000 }).toBe('1 of 2');
    } finally {
      process.kill(hung!, 'SIGCONT');
    }
    await expect.poll(() => answered().catch(() => ''), { timeout: 20_000 }).toBe('2 of 2');
  });

  it('replaces a process that is killed, and requests go on', async () => {
    const { address, child, notes } = await serve('--workers', '2');
    const [victim, other] = await childrenOf(child.pid!);
    process.kill(victim!, 'SIGKILL');
    await expect.poll(notes).toMatch(new RegExp(`process ${victim} of the service ended \\(SIGKILL\\)`));
    for (let i = 0; i < 6; i++) expect((await ask(address)).status).toBe(200);
    await expect.poll(async () => (await childrenOf(child.pid!)).length).toBe(2);
    const pids = await childrenOf(child.pid!);
    expect(pids).toContain(other);
    expect(pids).not.toContain(victim);
    // The port stays, also when nobody of the first ones is left.
    process.kill(other!, 'SIGKILL');
    await expect.poll(notes).toMatch(new RegExp(`process ${other} of the service ended`));
    await expect
      .poll(async () => (await ask(address).catch(() => undefined))?.status, { timeout: 20_000 })
      .toBe(200);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends all processes', async (signal) => {
    const { child, ended } = await serve('--workers', '3');
    const pids = await childrenOf(child.pid!);
    expect(pids).toHaveLength(3);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, signal: null });
    for (const pid of pids) expect(await isRunning(pid), `${pid}`).toBe(false);
  });

  it('processes end with the one above them', async () => {
    const { child, ended } = await serve('--workers', '2');
    const pids = await childrenOf(child.pid!);
    child.kill('SIGKILL');
    await ended;
    for (const pid of pids) await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });

  it('ends with a named error when processes keep ending', async () => {
    const { child, ended } = await serve('--workers', '2');
    const killed = new Set<number>();
    const kill = setInterval(async () => {
      for (const pid of await childrenOf(child.pid!)) {
        if (killed.has(pid)) continue;
        killed.add(pid);
        process.kill(pid, 'SIGKILL');
      }
    }, 20);
    const { code, stderr } = await ended;
    clearInterval(kill);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^tilecurve: processes of the service keep ending/);
  });

  it('says why it cannot listen, and ends', async () => {
    const { address } = await serve();
    const { port } = new URL(address);
    const outcome = await startTilecurve(['serve', '--store', store, '--port', port, '--workers', '2']).ended;
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/cannot listen .*EADDRINUSE/);
  });

  it.each(['0', '257', 'two'])('--workers %s is wrong usage', async (workers) => {
    const line = await tilecurveFails(['serve', '--store', store, '--workers', workers], 2);
    expect(line).toMatch(/--workers/);
  });
});
