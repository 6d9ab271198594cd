import { closeSync, existsSync, openSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  failureLine,
  filesBelow,
  makeFolder,
  type RunningCommand,
  removeFolders,
  startTilecurve,
  tilecurve,
  tilecurveDone,
} from './command-line.js';

interface RunningServer extends RunningCommand {
  readonly address: string;
}

/** Starts a command that serves, and waits until it says where. */
async function startServing(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const running = startTilecurve(args, { environment });
  let notes = '';
  const address = new Promise<string>((found, fail) => {
    running.child.stderr!.on('data', (text: string) => {
      notes += text;
      const at = / at (http:\/\/[\d.]+:\d+)/.exec(notes)?.[1];
      if (at !== undefined) found(at);
    });
    void running.ended.then(({ stderr }) => fail(new Error(`ended early: ${stderr}`)));
  });
  return { ...running, address: await address };
}

function fetchJson(url: string, agent: Agent): Promise<{ status: number; body: unknown }> {
  return new Promise((done, fail) => {
    get(url, { agent, headers: { accept: 'application/json' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        done({ status: response.statusCode!, body: JSON.parse(Buffer.concat(chunks).toString()) }),
      );
    }).on('error', fail);
  });
}

describe('demo', () => {
  afterAll(removeFolders);

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'serves two layers, and on %s leaves nothing behind',
    async (signal) => {
      const TMPDIR = await makeFolder();
      const { child, ended, address } = await startServing(['demo', '--port', '0'], { TMPDIR });
      const agent = new Agent({ keepAlive: true });
      const { status, body } = await fetchJson(`${address}/collections`, agent);
      expect(status).toBe(200);
      expect((body as { collections: { id: string }[] }).collections.map(({ id }) => id).sort()).toEqual([
        'insolation',
        'surface',
      ]);
      expect((await filesBelow(TMPDIR)).length).toBeGreaterThan(2);
      // The connection is kept alive; it must not keep the process.
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 0, signal: null, stdout: '' });
      expect(await filesBelow(TMPDIR)).toEqual([]);
      agent.destroy();
    },
  );

  it('stopped while it writes its samples leaves nothing behind', async () => {
    const TMPDIR = await makeFolder();
    const { child, ended } = startTilecurve(['demo', '--port', '0'], { environment: { TMPDIR } });
    child.stderr!.once('data', () => child.kill('SIGTERM'));
    await ended;
    expect(await filesBelow(TMPDIR)).toEqual([]);
  });

  it('on a port that is taken says so and leaves nothing behind', async () => {
    const TMPDIR = await makeFolder();
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => taken.once('listening', done));
    const { port } = taken.address() as AddressInfo;
    const outcome = await startTilecurve(['demo', '--port', String(port)], { environment: { TMPDIR } }).ended;
    taken.close();
    const last = outcome.stderr.trimEnd().split('\n').at(-1)!;
    expect(failureLine({ ...outcome, stderr: last }, 1)).toMatch(new RegExp(`${port}.*EADDRINUSE`));
    expect(await filesBelow(TMPDIR)).toEqual([]);
  });
});

describe('serve', () => {
  afterAll(removeFolders);

  it('stops at once though a client has a connection open that it never used', async () => {
    const store = await makeFolder();
    const source = join(import.meta.dirname, '../../data/insolation.zarr');
    await tilecurveDone(['write', source, '--store', store, '--layer', 'insolation']);
    const { child, ended, address } = await startServing(['serve', '--store', store, '--port', '0']);
    const { hostname, port } = new URL(address);
    const idle = connect(Number(port), hostname).on('error', () => {});
    await new Promise((done) => idle.once('connect', done));
    const started = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, signal: null });
    // Not a benchmark: the grace for requests under way is far longer.
    expect(performance.now() - started).toBeLessThan(5000);
    idle.destroy();
  });
});

describe('a result that nobody takes', () => {
  afterAll(removeFolders);

  it.skipIf(!existsSync('/dev/full'))('ends the command in one line', async () => {
    const full = openSync('/dev/full', 'w');
    const outcome = await tilecurve(['ls', '--store', tmpdir()], { stdout: full });
    closeSync(full);
    expect(failureLine(outcome, 1)).toMatch(/ENOSPC/);
  });

  it('ends the command in silence when the reader had enough', async () => {
    const { child, ended } = startTilecurve(['ls', '--store', tmpdir()]);
    child.stdout!.destroy();
    expect(await ended).toMatchObject({ code: 1, stderr: '' });
  });
});
