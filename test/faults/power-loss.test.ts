import { describe, expect, it } from 'vitest';
import { failedSyncsCampaign } from '../../tools/faults/campaigns/failed-syncs.js';
import { powerLossCampaign } from '../../tools/faults/campaigns/power-loss.js';

// Two of these at once in one process would replace the same functions.
const LIMIT_MS = 300_000;
const seed = Number(process.env.POWER_SEED ?? Date.now() % 1_000_000);
const context = { seed, folder: '', log: () => {} };

describe('a power cut', () => {
  it(
    'after any call leaves what was acknowledged, or what was under way, whole',
    async () => {
      console.info(`POWER_SEED=${seed}`);
      const figures = await powerLossCampaign.run({ ...context, count: 300 });
      expect(figures.checked).toBe(300);
      expect(figures.possible).toBeGreaterThan(10_000);
    },
    LIMIT_MS,
  );
});

describe('a sync that fails', () => {
  it(
    'is never reported as a success, nor by the next try without new files',
    async () => {
      console.info(`POWER_SEED=${seed}`);
      const figures = await failedSyncsCampaign.run({ ...context, count: 40 });
      expect(figures.tried).toBe(40);
      expect(figures.cuts).toBeGreaterThan(figures.tried!);
    },
    LIMIT_MS,
  );
});
