import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Campaign } from './campaign.js';
import { bitRotCampaign } from './campaigns/bit-rot.js';
import { failedCallsCampaign } from './campaigns/failed-calls.js';
import { failedSyncsCampaign } from './campaigns/failed-syncs.js';
import { fuzzCampaign } from './campaigns/fuzz.js';
import { killCampaign } from './campaigns/kill.js';
import { modelCampaign } from './campaigns/model.js';
import { powerLossCampaign } from './campaigns/power-loss.js';
import { queriesCampaign } from './campaigns/queries.js';
import { racesCampaign } from './campaigns/races.js';
import { readersCampaign } from './campaigns/readers.js';
import { stormCampaign } from './campaigns/storm.js';

const campaigns: Readonly<Record<string, Campaign>> = {
  kill: killCampaign,
  races: racesCampaign,
  readers: readersCampaign,
  'power-loss': powerLossCampaign,
  'failed-syncs': failedSyncsCampaign,
  'failed-calls': failedCallsCampaign,
  'bit-rot': bitRotCampaign,
  fuzz: fuzzCampaign,
  model: modelCampaign,
  queries: queriesCampaign,
  storm: stormCampaign,
};

const usage = `usage: npm run faults -- <campaign ...|all> [--count N] [--seed 1] [--keep]
${Object.entries(campaigns)
  .map(([name, { about, unit, fullCount }]) => `  ${name.padEnd(14)}${about} (${fullCount} ${unit})`)
  .join('\n')}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const count = values.count === undefined ? undefined : Number(values.count);
const names = positionals.includes('all') ? Object.keys(campaigns) : positionals;
const isUsable =
  names.length > 0 &&
  names.every((name) => Object.hasOwn(campaigns, name)) &&
  Number.isSafeInteger(seed) &&
  (count === undefined || (Number.isSafeInteger(count) && count > 0));
if (!isUsable) {
  console.error(usage);
  process.exit(2);
}

for (const name of names) await runCampaign(name, campaigns[name]!);

async function runCampaign(name: string, campaign: Campaign): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `tilecurve-faults-${name}-`));
  const context = { seed, count: count ?? campaign.fullCount, folder };
  console.error(`${name}: seed ${seed}, ${context.count} ${campaign.unit}, in ${folder}`);
  const startedMs = performance.now();
  let isSound = false;
  try {
    const figures = await campaign.run({ ...context, log: (line) => console.error(`${name}: ${line}`) });
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    console.log(JSON.stringify({ campaign: name, seed, count: context.count, seconds, ...figures }));
    isSound = true;
  } finally {
    // What a violation left behind is its best evidence.
    if (isSound && !values.keep) await rm(folder, { recursive: true, force: true });
  }
}
