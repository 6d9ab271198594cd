import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describeServer, type ServerProcess } from '../http/server-process.js';
import { type PygeoapiCollection, pygeoapiConfig } from './pygeoapi-config.js';
import type { PythonEnvironment } from './python-environment.js';

const START_MS = 60_000;

/** What the servers of the peers are started with. */
export interface PythonServerOptions {
  readonly environment: PythonEnvironment;
  /** Where the Zarr stores are, called as their collections. */
  readonly data: string;
  /** For configuration. */
  readonly folder: string;
  readonly processes: number;
}

/** pygeoapi's Flask application under gunicorn with synchronous workers, as its own container has it. */
export async function startPygeoapi(
  { environment, folder, processes }: PythonServerOptions,
  collections: readonly PygeoapiCollection[],
): Promise<ServerProcess> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const config = join(folder, 'pygeoapi.yml');
  const openApi = join(folder, 'pygeoapi-openapi.yml');
  await writeFile(config, pygeoapiConfig(address, collections));
  const env = { ...process.env, PYGEOAPI_CONFIG: config, PYGEOAPI_OPENAPI: openApi };
  const pygeoapi = join(environment.bin, 'pygeoapi');
  const args = ['openapi', 'generate', config, '--output-file', openApi];
  const { status, stderr } = spawnSync(pygeoapi, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`pygeoapi does not take its configuration: ${stderr}`);
  const child = spawn(
    join(environment.bin, 'gunicorn'),
    [
      ...['--workers', String(processes), '--bind', `127.0.0.1:${port}`, '--no-control-socket'],
      ...['--limit-request-line', '0', '--log-level', 'critical', 'pygeoapi.flask_app:APP'],
    ],
    { env, stdio: 'ignore' },
  );
  return untilItAnswers(child, address, '/conformance?f=json');
}

/** xpublish-edr under uvicorn; a process answers in threads. */
export function startXpublish(options: PythonServerOptions): Promise<ServerProcess> {
  return startUvicorn(options, 'xpublish-server:app', '/datasets');
}

/** titiler.xarray under uvicorn; a process answers in threads. */
export function startTitiler(options: PythonServerOptions): Promise<ServerProcess> {
  return startUvicorn(options, 'titiler-server:app', '/ready');
}

async function startUvicorn(
  { environment, data, processes }: PythonServerOptions,
  app: string,
  path: string,
): Promise<ServerProcess> {
  const port = await freePort();
  const child = spawn(
    join(environment.bin, 'uvicorn'),
    [
      ...['--app-dir', import.meta.dirname, '--workers', String(processes), '--port', String(port)],
      ...['--log-level', 'critical', '--no-access-log', app],
    ],
    { env: { ...process.env, BENCH_DATA: data, PYTHONDONTWRITEBYTECODE: '1' }, stdio: 'ignore' },
  );
  return untilItAnswers(child, `http://127.0.0.1:${port}`, path);
}

async function untilItAnswers(child: ChildProcess, address: string, path: string): Promise<ServerProcess> {
  const startMs = performance.now();
  const server = describeServer(child, address);
  while (child.exitCode === null && performance.now() - startMs < START_MS) {
    const answer = await fetch(address + path).catch(() => undefined);
    if (answer?.ok) return server;
    await wait(100);
  }
  if (child.exitCode === null) await server.stop();
  throw new Error(`${child.spawnfile} does not answer at ${address}${path}`);
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
