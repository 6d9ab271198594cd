import { mergeSummaries, type Summary } from '../raster/index.js';
import type { RunEntry } from './manifest.js';

/** What the cells of the native level add up to, per parameter, from the summaries of its segments. */
export function statisticsOf(runs: readonly RunEntry[]): Record<string, Summary> {
  const statistics = new Map<string, Summary>();
  for (const { level, parameter, segments } of runs) {
    if (level !== 0) continue;
    for (const { summary } of segments) {
      const sum = mergeSummaries(statistics.get(parameter), summary);
      if (sum !== undefined) statistics.set(parameter, sum);
    }
  }
  return Object.fromEntries(statistics);
}
