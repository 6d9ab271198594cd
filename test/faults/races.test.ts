import { afterAll, describe, expect, it } from 'vitest';
import { race } from '../../tools/faults/campaigns/races.js';
import { publishToReaders } from '../../tools/faults/campaigns/readers.js';
import { raceDeletions } from '../../tools/faults/races/deletion-race.js';
import { makeFolder, removeFolders } from '../cli/command-line.js';

// Far more than it takes, for machines that do much else.
const LIMIT_MS = 600_000;

afterAll(removeFolders);

async function context(count: number) {
  const seed = Number(process.env.RACE_SEED ?? Date.now() % 1_000_000);
  console.info(`RACE_SEED=${seed}`);
  return { seed, count, folder: await makeFolder(), log: () => {} };
}

describe('processes that update one layer', () => {
  it(
    'lose nothing: each snapshot is the one before it and the update that was acknowledged with it',
    async () => {
      const figures = await race(await context(32), 4);
      expect(figures.commits).toBe(32);
    },
    LIMIT_MS,
  );
});

describe('processes that write to a layer that is deleted', () => {
  it(
    'lose nothing but what is deleted: no snapshot lists segments that are gone',
    async () => {
      const { rounds } = await raceDeletions(await context(14));
      expect(rounds).toBe(14);
    },
    LIMIT_MS,
  );
});

describe('processes that read while a layer is published and collected', () => {
  it(
    'get answers of one version each, that of their snapshot, or are told which file is gone',
    async () => {
      const { reads, snapshots } = await publishToReaders(await context(10), 2);
      expect(reads).toBeGreaterThanOrEqual(2 * 10 * 125);
      expect(snapshots).toBeGreaterThan(2);
    },
    LIMIT_MS,
  );
});
