import { mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { TilecurveError } from '../../../src/errors/index.js';
import { createRandom } from '../../random.js';
import type { FuzzAttempt, FuzzFinding } from './fuzz-target.js';
import { fuzzTargets } from './fuzz-targets.js';

// fuzz-child <folder> <target> <seed> <seconds>, or with `--at <iteration>` instead of seconds, one input again.
const [folder, name, seedText, secondsText, atText] = process.argv.slice(2);
const seed = Number(seedText);
const MAX_CPU_MS = 1000;
/** Beside what one chunk may take (4 MiB in these runs, and copies of it), what a garbage collector may be late by. */
const MAX_GROWTH_BYTES = 160 * 2 ** 20;
const MAX_FINDINGS = 20;
const WARM_UP = 50;

const findings = new Map<string, FuzzFinding>();
const progress = openSync(join(folder!, `${name}.progress`), 'w');
let iteration = 0;

for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
  process.on(event, (error: unknown) => add(`${event}: ${textOf(error)}`));
}

const target = fuzzTargets.find((candidate) => candidate.name === name)!;
const work = join(folder!, name!);
mkdirSync(work, { recursive: true });
const attempt = await target.prepare(work);

if (secondsText === '--at') {
  await attempt(randomOf(Number(atText))).then(
    () => console.log('accepted'),
    (error: unknown) => console.log(error),
  );
  process.exit(0);
}

const endMs = performance.now() + Number(secondsText) * 1000;
const figures = { iterations: 0, refused: 0, accepted: 0, maxCpuMs: 0, maxGrowthBytes: 0 };
while (performance.now() < endMs && findings.size < MAX_FINDINGS) {
  writeSync(progress, `${iteration}\n`, 0);
  await measure(attempt);
  iteration++;
}
process.stdout.write(
  `${JSON.stringify({ target: name, seed, ...figures, iterations: iteration, findings: [...findings.values()] })}\n`,
  () => process.exit(0),
);

/** The input of an iteration depends on nothing but the seed and its number. */
function randomOf(number: number) {
  return createRandom(seed * 1_000_003 + number);
}

async function measure(run: FuzzAttempt): Promise<void> {
  const before = { cpu: process.cpuUsage(), rss: process.resourceUsage().maxRSS };
  try {
    await run(randomOf(iteration));
    figures.accepted++;
  } catch (error) {
    if (error instanceof TilecurveError) figures.refused++;
    else add(textOf(error));
  }
  // Rejections that nobody waits for are known a turn later.
  await turn();
  const { user, system } = process.cpuUsage(before.cpu);
  const cpuMs = (user + system) / 1000;
  const growth = (process.resourceUsage().maxRSS - before.rss) * 1024;
  if (iteration < WARM_UP) return;
  figures.maxCpuMs = Math.max(figures.maxCpuMs, Math.round(cpuMs));
  figures.maxGrowthBytes = Math.max(figures.maxGrowthBytes, growth);
  if (cpuMs > MAX_CPU_MS) add(`took ${Math.round(cpuMs)} ms of processor time`, 'slow');
  if (growth > MAX_GROWTH_BYTES) add(`memory grew by ${growth} bytes`, 'memory');
}

/** One of each kind and text, numbers left out. */
function add(what: string, kind: FuzzFinding['kind'] = 'error'): void {
  const name = `${kind} ${kind === 'error' ? what.replace(/\d+/g, '#') : ''}`;
  if (!findings.has(name)) findings.set(name, { iteration, kind, what });
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const frames = (error.stack ?? '').split('\n').filter((line) => /\/src\//.test(line));
  return `${error.name}: ${error.message.slice(0, 200)} ${frames
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' ')}`;
}
