import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runKillCampaign } from './kill-campaign.js';

const usage = `usage: npx tsx tools/kill-writes.ts [--kills 100] [--seed 1]
Kills \`tilecurve write --overwrite\` of the built command line at random moments and checks the layer after each.`;

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed)) {
  console.error(usage);
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'tilecurve-kills-'));
try {
  const reports = await runKillCampaign({
    folder,
    kills,
    seed,
    onKill: ({ delayMs, wasKilled, snapshot }) =>
      console.error(`${wasKilled ? 'killed' : 'ended'} at ${delayMs} ms: snapshot ${snapshot}, sound`),
  });
  const killed = reports.filter(({ wasKilled }) => wasKilled).length;
  console.log(`seed ${seed}: ${killed} of ${kills} writes killed, every snapshot whole`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
