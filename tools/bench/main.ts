import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.js';
import { type BenchReport, formatReport } from './report.js';
import type { Suite, SuiteResult } from './suite.js';
import { boxesSuite } from './suites/boxes.js';
import { edrSuite } from './suites/edr.js';
import { encodeSuite } from './suites/encode.js';
import { exportSuite } from './suites/export.js';
import { growthSuite } from './suites/growth.js';
import { httpSuite } from './suites/http.js';
import { lookupSuite } from './suites/lookup.js';
import { planSuite } from './suites/plan.js';
import { querySuite } from './suites/query.js';
import { seriesSuite } from './suites/series.js';
import { tilesSuite } from './suites/tiles.js';
import { viewerSuite } from './suites/viewer.js';
import { writeSuite } from './suites/write.js';

const suites: Readonly<Record<string, Suite>> = {
  plan: planSuite,
  lookup: lookupSuite,
  query: querySuite,
  boxes: boxesSuite,
  write: writeSuite,
  encode: encodeSuite,
  http: httpSuite,
  series: seriesSuite,
  edr: edrSuite,
  tiles: tilesSuite,
  export: exportSuite,
  growth: growthSuite,
  viewer: viewerSuite,
};

const usage = `usage: npm run bench -- [suite ...] [--json] [--short] [--seed 1] [--python folder]
suites: ${Object.keys(suites).join(', ')}; without one all of them, short
--python: where the Python peers of edr are installed, and kept; those of tiles beside it, with -tiles`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    python: { type: 'string', default: join(tmpdir(), 'tilecurve-bench-python') },
  },
});
const seed = Number(values.seed);
if (!Number.isSafeInteger(seed) || positionals.some((name) => !Object.hasOwn(suites, name))) {
  console.error(usage);
  process.exit(2);
}

const scale = values.short || positionals.length === 0 ? 'short' : 'full';
const names = positionals.length === 0 ? Object.keys(suites) : positionals;
const startedAt = new Date().toISOString();
const machine = describeMachine();
const results: Record<string, SuiteResult> = {};
for (const name of names) results[name] = await runSuite(name);
const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
const report: BenchReport = { command, seed, scale, startedAt, machine, suites: results };
console.log(values.json ? JSON.stringify(report, null, 1) : formatReport(report));

async function runSuite(name: string): Promise<SuiteResult> {
  const folder = await mkdtemp(join(tmpdir(), `tilecurve-bench-${name}-`));
  const log = (line: string) => console.error(`${name}: ${line}`);
  try {
    return await suites[name]!({ seed, scale, folder, python: values.python, log });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
