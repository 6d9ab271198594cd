import { describe, expect, it } from 'vitest';
import { failedCallsCampaign } from '../../tools/faults/campaigns/failed-calls.js';

const LIMIT_MS = 300_000;

describe('a call of the operating system that fails', () => {
  it(
    'ends in the old content or the new, with a named error or none',
    async () => {
      const seed = Number(process.env.CALLS_SEED ?? Date.now() % 1_000_000);
      console.info(`CALLS_SEED=${seed}`);
      const figures = await failedCallsCampaign.run({ seed, count: 200, folder: '', log: () => {} });
      expect(figures.tried).toBe(200);
      expect(figures.refused).toBeGreaterThan(figures.tried! / 2);
    },
    LIMIT_MS,
  );
});
