import { afterAll, describe, expect, it } from 'vitest';
import { runStormCampaign } from '../../tools/faults/campaigns/storm.js';
import { makeFolder, removeFolders } from '../cli/command-line.js';

const STORMS = 2;
/** A storm has a volley of 1,000 before its three commits and one after each. */
const LOOKUPS = STORMS * 4000;

afterAll(removeFolders);

describe('a storm of look-ups with two handles', () => {
  it('gets its own snapshot or a reason, while callers give up and the layer changes', async () => {
    const seed = Number(process.env.STORM_SEED ?? Date.now() % 1_000_000);
    console.info(`STORM_SEED=${seed}`);
    const folder = await makeFolder();
    const figures = await runStormCampaign({ seed, count: STORMS, folder, log: () => undefined });
    const { found, aborted, collected } = figures;
    expect(found! + aborted! + collected!).toBe(LOOKUPS);
    expect(found).toBeGreaterThan(LOOKUPS / 4);
    expect(aborted).toBeGreaterThan(0);
    expect(collected).toBeGreaterThan(0);
  });
});
