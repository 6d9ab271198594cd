import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder, removeFolders, startTilecurve, tilecurveDone } from './command-line.js';

const sample = join(import.meta.dirname, '../../data/insolation.zarr');

// Says each synchronous read of a file on stderr.
const WATCH_READS = `import fs from 'node:fs';
const { readSync } = fs;
fs.readSync = (...args) => {
  process.stderr.write('(read while the process waits)');
  return readSync(...args);
};`;
const PRELOAD = `--import data:text/javascript,${encodeURIComponent(WATCH_READS)}`;

afterAll(removeFolders);

/** Reads made while the process waited, for two tiles of one segment: the first opens it, and is not counted. */
async function blockingReads(store: string, options: readonly string[]): Promise<number> {
  const environment = { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${PRELOAD}` };
  const args = ['serve', '--store', store, '--port', '0', '--answer-cache', '0', ...options];
  const { child, ended } = startTilecurve(args, { environment });
  let notes = '';
  child.stderr!.on('data', (text: string) => {
    notes += text;
  });
  try {
    await expect.poll(() => notes, { timeout: 50_000 }).toMatch(/serving/);
    const tiles = `${/at (http:\S+?)\/? /.exec(notes)![1]!}/layers/sun/tiles/0/insolation`;
    expect((await fetch(`${tiles}/0/0`)).status).toBe(200);
    const before = notes.length;
    expect((await fetch(`${tiles}/0/1`)).status).toBe(200);
    child.kill('SIGINT');
    await ended;
    return notes.slice(before).split('(read while').length - 1;
  } finally {
    child.kill('SIGKILL');
  }
}

it('serves tiles of open segments by reads the process waits for, unless told not to', async () => {
  const store = await makeFolder();
  await tilecurveDone([
    ...[
      'write',
      sample,
      '--store',
      store,
      '--layer',
      'sun',
      '--levels',
      '1',
      '--tile-shape',
      't=40,row=8,col=8',
    ],
  ]);
  expect(await blockingReads(store, [])).toBeGreaterThan(0);
  expect(await blockingReads(store, ['--no-blocking-reads'])).toBe(0);
});
