import { afterAll, describe, expect, it } from 'vitest';
import { bitRotCampaign } from '../../tools/faults/campaigns/bit-rot.js';
import { makeFolder, removeFolders } from '../cli/command-line.js';

const FLIPS = 150;

afterAll(removeFolders);

describe('layers whose files are damaged', () => {
  it('answer right or refuse by name, and writes over damaged staging make the right layer', async () => {
    const seed = Number(process.env.ROT_SEED ?? Date.now() % 1_000_000);
    console.info(`ROT_SEED=${seed}`);
    const context = { folder: await makeFolder(), seed, count: FLIPS, log: () => {} };
    const figures = await bitRotCampaign.run(context);
    expect(figures).toMatchObject({ flips: FLIPS, pages: FLIPS / 10, swaps: FLIPS / 10 });
    // Otherwise the campaign would have looked at nothing.
    expect(figures.recordsLost).toBeGreaterThan(FLIPS / 4);
    expect(figures.segmentsLost).toBeGreaterThan(0);
    expect(figures.stagings).toBeGreaterThan(0);
  }, 300_000);
});
