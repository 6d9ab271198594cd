import { measureAborts } from '../edr/abort-table.js';
import { writeEdrData } from '../edr/edr-data.js';
import { type Measuring, measureLatencies } from '../edr/latency-table.js';
import { compareWithPeers } from '../edr/peer-comparison.js';
import { makePythonEnvironment } from '../peers/python-environment.js';
import type { BenchContext, Scale, SuiteResult } from '../suite.js';

const MEASURING: Readonly<Record<Scale, { latencies: Measuring; peers: Measuring }>> = {
  full: { latencies: { rounds: 3, seconds: 0.5 }, peers: { rounds: 3, seconds: 1 } },
  short: { latencies: { rounds: 1, seconds: 0.1 }, peers: { rounds: 1, seconds: 0.3 } },
};

/**
 * EDR over HTTP, the clients in another process: every kind of query, some in every form, and the same requests to
 * pygeoapi and xpublish-edr on the same Zarr where those can be installed. Each request is another than the one before.
 */
export async function edrSuite(context: BenchContext): Promise<SuiteResult> {
  const { latencies, peers } = MEASURING[context.scale];
  // First, so that what cannot be had is known before minutes of measuring.
  const environment = makePythonEnvironment(context.python, context.log);
  const data = await writeEdrData(context);
  const table = await measureLatencies(context, data, latencies);
  const aborts = await measureAborts(context, data);
  const compared = environment && (await compareWithPeers(context, data, { ...peers, environment }));
  return {
    setup: {
      data: data.described,
      rounds: `${latencies.rounds} of ${latencies.seconds} s, with peers ${peers.rounds} of ${peers.seconds} s`,
      peers: environment?.versions ?? 'could not be installed',
      processes: 'one of each server',
    },
    tables: [table, aborts, ...(compared ? [compared.table] : [])],
    cases: compared?.cases ?? [],
  };
}
