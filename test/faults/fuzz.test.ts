import { afterAll, describe, expect, it } from 'vitest';
import { fuzz, requireSound } from '../../tools/faults/campaigns/fuzz.js';
import { fuzzTargets } from '../../tools/faults/fuzz/fuzz-targets.js';
import { makeFolder, removeFolders } from '../cli/command-line.js';

const SECONDS = 1;

afterAll(removeFolders);

describe('hostile input', () => {
  it.each(fuzzTargets.map(({ name }) => name))(
    'to the reader of %s gives named errors only',
    async (target) => {
      const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
      const report = await fuzz({ target, seed, seconds: SECONDS, folder: await makeFolder() });
      console.info(`FUZZ_SEED=${seed} ${JSON.stringify(report)}`);
      // How long an input takes on a machine that others use says nothing.
      requireSound({ ...report, findings: report.findings.filter(({ kind }) => kind !== 'slow') });
      expect(report.iterations).toBeGreaterThan(0);
    },
  );
});
