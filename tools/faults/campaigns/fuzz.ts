import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Campaign } from '../campaign.js';
import type { FuzzFinding } from '../fuzz/fuzz-target.js';
import { fuzzTargets } from '../fuzz/fuzz-targets.js';

const CHILD = resolve(import.meta.dirname, '../fuzz/fuzz-child.ts');
/** A bomb ends the child, not the machine. */
const HEAP_MIB = 512;
/** How long an input may take before the child is ended; one that takes more than a second is a finding as well. */
const HANG_MS = 60_000;

/** The campaign of `npm run faults -- fuzz`. */
export const fuzzCampaign: Campaign = {
  about:
    'hostile segments, manifests, Avro values, Zarr, GeoTIFF, NetCDF and HDF5; only named errors come of them',
  unit: 'seconds for each of the readers',
  fullCount: 60,
  async run({ seed, count, folder, log }) {
    const figures: Record<string, number> = {};
    for (const { name } of fuzzTargets) {
      const report = await fuzz({ target: name, seed, seconds: count, folder });
      log(JSON.stringify(report));
      requireSound(report);
      figures[name] = report.iterations;
      figures[`${name}MaxCpuMs`] = report.maxCpuMs;
      figures[`${name}MaxGrowthKiB`] = Math.round(report.maxGrowthBytes / 1024);
    }
    return figures;
  },
};

/** What one reader was fed with, and what came of it. */
export interface FuzzReport {
  readonly target: string;
  readonly seed: number;
  readonly iterations: number;
  readonly refused: number;
  readonly accepted: number;
  readonly maxCpuMs: number;
  readonly maxGrowthBytes: number;
  readonly findings: readonly FuzzFinding[];
}

/** Throws: an Error that lists the findings and says how to have them again. */
export function requireSound({ target, seed, findings }: FuzzReport): void {
  if (findings.length === 0) return;
  const lines = findings.map(({ iteration, what }) => `  iteration ${iteration}: ${what}`);
  const again = `npx tsx tools/faults/fuzz/fuzz-child.ts /tmp ${target} ${seed} --at <iteration>`;
  throw new Error(`${target}, seed ${seed}:\n${lines.join('\n')}\n  again: ${again}`);
}

/** Feeds one reader for a while, in a process of its own with little memory. */
export function fuzz(job: {
  readonly target: string;
  readonly seed: number;
  readonly seconds: number;
  readonly folder: string;
}): Promise<FuzzReport> {
  const { target, seed, seconds, folder } = job;
  const args = ['--import', 'tsx', `--max-old-space-size=${HEAP_MIB}`, CHILD, folder, target, String(seed)];
  const child = spawn(process.execPath, [...args, String(seconds)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { out: '', error: '' };
  child.stdout.on('data', (text) => {
    texts.out += text;
  });
  child.stderr.on('data', (text) => {
    texts.error += text;
  });
  const reached = () => readIteration(join(folder, `${target}.progress`));
  let seen = { iteration: -1, atMs: performance.now() };
  const watch = setInterval(() => {
    const iteration = reached();
    if (iteration !== seen.iteration) seen = { iteration, atMs: performance.now() };
    else if (performance.now() - seen.atMs > HANG_MS) child.kill('SIGKILL');
  }, 500);
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      if (code === 0) return done(JSON.parse(texts.out) as FuzzReport);
      const what = `the process ended with ${signal ?? code}: ${texts.error.slice(0, 1000)}`;
      const finding: FuzzFinding = { iteration: reached(), kind: 'ended', what };
      const none = { iterations: finding.iteration, refused: 0, accepted: 0, maxCpuMs: 0, maxGrowthBytes: 0 };
      done({ target, seed, ...none, findings: [finding] });
    });
  });
}

function readIteration(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split('\n')[0]);
  } catch {
    return -1;
  }
}
