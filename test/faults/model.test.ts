import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runModelCampaign } from '../../tools/faults/campaigns/model.js';
import { makeFolder, removeFolders } from '../cli/command-line.js';

const RUNS = 80;
/** Runs wait for compression threads most of the time: several at once take less. */
const AT_ONCE = 4;

afterAll(removeFolders);

describe('a store under random steps', () => {
  it('shows what a model in memory shows, and refuses what it refuses', { timeout: 600_000 }, async () => {
    const { MODEL_SEED, MODEL_PATH: path, MODEL_STEPS: steps } = process.env;
    const seed = Number(MODEL_SEED ?? Date.now() % 1_000_000);
    console.info(`MODEL_SEED=${seed}`);
    const parent = await makeFolder();
    const run = async (part: number) => {
      const folder = join(parent, `${part}`);
      await mkdir(folder);
      const context = { seed: seed + part, count: RUNS / AT_ONCE, folder, log: () => undefined };
      return runModelCampaign(context, { path, steps });
    };
    // A failure names the seed of its part: with a path that part alone is done again.
    const parts = path === undefined ? AT_ONCE : 1;
    const figures = await Promise.all(Array.from({ length: parts }, (_, part) => run(part)));
    if (path !== undefined) return;
    const sum = (name: string) => figures.reduce((total, figure) => total + (figure[name] ?? 0), 0);
    expect(sum('runs')).toBe(RUNS);
    expect(sum('steps')).toBeGreaterThan(RUNS * 40);
  });
});
