import { afterAll, describe, expect, it } from 'vitest';
import { runKillCampaign } from '../../tools/faults/campaigns/kill.js';
import { makeFolder, removeFolders } from '../cli/command-line.js';

const KILLS = 8;

afterAll(removeFolders);

describe('a write that is killed', () => {
  it('leaves the old layer or the new one, and can be run again', async () => {
    const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
    console.info(`KILL_SEED=${seed}`);
    const reports = await runKillCampaign({ folder: await makeFolder(), kills: KILLS, seed });
    expect(reports).toHaveLength(KILLS);
  });
});
