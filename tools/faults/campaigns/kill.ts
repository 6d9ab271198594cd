import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BigField, bigFieldLatitude, bigFieldLongitude, bigFieldValue } from '../../big-field.js';
import { writeBigSource } from '../../big-source.js';
import { createRandom } from '../../random.js';
import type { Campaign } from '../campaign.js';

const MAIN = resolve(import.meta.dirname, '../../../dist/cli/main.js');
const LAYER = 'field';
const GRID = { rows: 96, cols: 192, times: 120 };
/** Small memory, so that tiles are staged on disk; small segments, so that there are many moments to hit. */
const WRITE_OPTIONS = [
  '--memory',
  '16MiB',
  '--segment-bytes',
  '256KiB',
  '--tile-shape',
  't=20,row=32,col=32',
];
/** All times of one cell: tiles all along the curve. */
const CELL = { row: 50, col: 120 };

/** The campaign of `npm run faults -- kill`. */
export const killCampaign: Campaign = {
  about: 'SIGKILL at random moments of a write; the layer is the old snapshot or the new one, whole',
  unit: 'kills',
  fullCount: 1000,
  async run({ seed, count, folder, log }) {
    const reports = await runKillCampaign({
      folder,
      seed,
      kills: count,
      onKill: ({ delayMs, wasKilled, snapshot }) =>
        log(`${wasKilled ? 'killed' : 'ended'} at ${delayMs} ms: snapshot ${snapshot}, sound`),
    });
    return { killed: reports.filter(({ wasKilled }) => wasKilled).length };
  },
};

/** How a campaign is run; `folder` is emptied by nobody but its caller. */
export interface KillCampaign {
  readonly folder: string;
  readonly kills: number;
  readonly seed: number;
  /** Told after every kill. */
  readonly onKill?: (kill: KillReport) => void;
}

/** One kill: after how long, and which snapshot the layer had after it. */
export interface KillReport {
  readonly delayMs: number;
  readonly wasKilled: boolean;
  readonly snapshot: number;
}

/**
 * Kills `write --overwrite` at random moments and checks after each that the layer is, whole, the old
 * snapshot or the new one, and at the end that the same write succeeds.
 *
 * Throws: an Error that says after which kill what was found.
 */
export async function runKillCampaign({
  folder,
  kills,
  seed,
  onKill,
}: KillCampaign): Promise<readonly KillReport[]> {
  const store = join(folder, 'store');
  const random = createRandom(seed);
  // Every snapshot must be told from its neighbours: the source alternates.
  const fields = [1, 2].map((field) => ({ ...GRID, seed: field }));
  const sources = fields.map((field) => join(folder, `source-${field.seed}`));
  for (const [i, field] of fields.entries()) {
    await writeBigSource(sources[i]!, { field, chunks: [20, GRID.rows, GRID.cols], codec: { id: 'none' } });
  }
  const args = (i: number) => ['write', sources[i]!, '--store', store, '--layer', LAYER, ...WRITE_OPTIONS];
  const startedMs = performance.now();
  await run(args(0));
  // Of the last write that nothing killed; a machine that others use is not always as fast.
  let wholeMs = performance.now() - startedMs;
  const reports: KillReport[] = [];
  let [snapshot, current] = [1, 0];
  for (let kill = 0; kill < kills; kill++) {
    const next = 1 - current;
    const delayMs = Math.round(wholeMs * (0.2 + random() * 0.85));
    const { wasKilled, elapsedMs } = await killAfter(delayMs, [...args(next), '--overwrite']);
    if (!wasKilled) wholeMs = elapsedMs;
    const found = await checkLayer(store, { fields, current, next, snapshot, wasKilled });
    reports.push({ delayMs, wasKilled, snapshot: found });
    onKill?.(reports.at(-1)!);
    if (found !== snapshot) [snapshot, current] = [found, next];
  }
  await run([...args(1 - current), '--overwrite']);
  await checkLayer(store, { fields, current, next: 1 - current, snapshot, wasKilled: false });
  if (existsSync(join(store, 'staging', LAYER))) throw new Error('staged tiles are left');
  return reports;
}

interface Expected {
  readonly fields: readonly BigField[];
  readonly current: number;
  readonly next: number;
  readonly snapshot: number;
  readonly wasKilled: boolean;
}

/** The snapshot the layer has: the old one unless the write got as far as its commit. */
async function checkLayer(store: string, expected: Expected): Promise<number> {
  const at = ['--store', store, '--layer', LAYER, '--json'];
  const report = JSON.parse(await run(['verify', ...at])) as { snapshot: number; faults: readonly unknown[] };
  if (report.faults.length > 0) throw new Error(`faults: ${JSON.stringify(report.faults)}`);
  const isNew = report.snapshot === expected.snapshot + 1;
  if (!isNew && (report.snapshot !== expected.snapshot || !expected.wasKilled)) {
    throw new Error(`snapshot ${report.snapshot} after ${expected.snapshot}`);
  }
  const field = expected.fields[isNew ? expected.next : expected.current]!;
  const [x, y] = [bigFieldLongitude(field, CELL.col), bigFieldLatitude(field, CELL.row)];
  const box = [x - 0.01, y - 0.01, x + 0.01, y + 0.01].join(',');
  const answer = await run(['query', ...at, '--parameter', 'field', `--bbox=${box}`]);
  const { values } = JSON.parse(answer) as { values: readonly number[] };
  const wrong = values.findIndex((value, time) => value !== bigFieldValue(field, { ...CELL, time }));
  if (values.length !== field.times || wrong >= 0) {
    throw new Error(`${values.length} values of snapshot ${report.snapshot}, the first wrong at ${wrong}`);
  }
  return report.snapshot;
}

/** Starts a write and kills it, unless it has ended by itself before. */
async function killAfter(
  delayMs: number,
  args: readonly string[],
): Promise<{ wasKilled: boolean; elapsedMs: number }> {
  const startedMs = performance.now();
  const child = start(args);
  const timer = setTimeout(() => child.kill('SIGKILL'), delayMs);
  const { code, signal, stderr } = await ended(child);
  clearTimeout(timer);
  if (signal === null && code !== 0) throw new Error(`the write failed by itself: ${stderr}`);
  return { wasKilled: signal === 'SIGKILL', elapsedMs: performance.now() - startedMs };
}

async function run(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ended(start(args));
  if (code !== 0) throw new Error(`${args[0]} failed: ${stderr}`);
  return stdout;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function ended(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }> {
  return new Promise((done, fail) => {
    const texts = { stdout: '', stderr: '' };
    child.stdout!.on('data', (text) => {
      texts.stdout += text;
    });
    child.stderr!.on('data', (text) => {
      texts.stderr += text;
    });
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, ...texts }));
  });
}
