import type { Measuring } from '../edr/latency-table.js';
import { makePythonEnvironment, tilePeers } from '../peers/python-environment.js';
import type { BenchContext, Scale, SuiteResult } from '../suite.js';
import { measureKept } from '../tiles/kept-tiles.js';
import { compareWithTitiler } from '../tiles/peer-tiles.js';
import { writeTileData } from '../tiles/tile-data.js';
import { measureCold, measureRendering } from '../tiles/tile-latencies.js';

const MEASURING: Readonly<Record<Scale, { drawn: Measuring; kept: Measuring; peers: Measuring }>> = {
  full: {
    drawn: { rounds: 3, seconds: 0.5 },
    kept: { rounds: 6, seconds: 2 },
    peers: { rounds: 3, seconds: 1 },
  },
  short: {
    drawn: { rounds: 1, seconds: 0.2 },
    kept: { rounds: 1, seconds: 1 },
    peers: { rounds: 1, seconds: 0.5 },
  },
};

/**
 * Map tiles over HTTP, the clients in another process: drawn for each request, the first after the start, kept ones against a
 * bare server, and the same tiles from titiler.xarray where that can be installed.
 */
export async function tilesSuite(context: BenchContext): Promise<SuiteResult> {
  const { drawn, kept, peers } = MEASURING[context.scale];
  // First, so that what cannot be had is known before minutes of measuring.
  const environment = makePythonEnvironment(`${context.python}-tiles`, context.log, tilePeers);
  const data = await writeTileData(context);
  const tables = [await measureRendering(context, data, drawn), await measureCold(context, data, drawn)];
  const cases = await measureKept(context, data, kept);
  if (environment !== undefined) {
    cases.push(...(await compareWithTitiler(context, data, { ...peers, environment })));
  }
  return {
    setup: {
      data: data.described,
      rounds: `${drawn.rounds} of ${drawn.seconds} s`,
      peers: environment?.versions ?? 'could not be installed',
      processes: 'one of each server',
    },
    tables,
    cases,
  };
}
