import { afterAll, describe, expect, it } from 'vitest';
import { killCampaign } from '../../tools/faults/campaigns/kill.js';
import { makeFolder, removeFolders } from '../cli/command-line.js';

const KILLS = 30;
// Far more than it takes, for machines that do much else.
const LIMIT_MS = 900_000;

afterAll(removeFolders);

describe('a command that is killed', () => {
  it(
    'leaves the old snapshot or the new one, no garbage that stays, and can be run again',
    async () => {
      const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
      console.info(`KILL_SEED=${seed}`);
      const steps: string[] = [];
      const figures = await killCampaign.run({
        seed,
        count: KILLS,
        folder: await makeFolder(),
        log: (line) => steps.push(line),
      });
      expect(figures.kills, steps.join('\n')).toBe(KILLS);
    },
    LIMIT_MS,
  );
});
