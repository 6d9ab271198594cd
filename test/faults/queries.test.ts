import { expect, it } from 'vitest';
import { runQueriesCampaign } from '../../tools/faults/campaigns/queries.js';

const REQUESTS = 1500;

it('answers random queries with what a query may get', async () => {
  const { QUERIES_SEED, QUERIES_PATH } = process.env;
  const seed = Number(QUERIES_SEED ?? Date.now() % 1_000_000);
  console.info(`QUERIES_SEED=${seed}`);
  const figures = await runQueriesCampaign({ seed, count: REQUESTS, log: () => undefined }, QUERIES_PATH);
  console.info(JSON.stringify(figures));
  if (QUERIES_PATH !== undefined) return;
  // Neither all wrong nor all right, else it tells nothing.
  expect(figures['status 200']).toBeGreaterThan(REQUESTS / 20);
  expect(figures['status 400']).toBeGreaterThan(REQUESTS / 20);
});
