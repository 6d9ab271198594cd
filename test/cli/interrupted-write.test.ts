import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BigSource, writeBigSource } from '../../tools/big-source.js';
import { expectBigCell } from './big-cell.js';
import {
  failureLine,
  makeFolder,
  removeFolders,
  startTilecurve,
  tilecurveDone,
  tilecurveJson,
} from './command-line.js';

afterAll(removeFolders);

describe('a write that is stopped', () => {
  const field = { seed: 1, times: 12, rows: 60, cols: 120 };
  const first: BigSource = { field, chunks: [4, 60, 120], codec: { id: 'none' } };
  // Staged on disk, in small tiles: it takes seconds.
  const second: BigSource = { ...first, field: { ...field, seed: 2, times: 200 } };
  let folder: string;
  let at: string[];

  beforeAll(async () => {
    folder = await makeFolder();
    await writeBigSource(join(folder, 'first'), first);
    await writeBigSource(join(folder, 'second'), second);
    at = ['--store', join(folder, 'store'), '--layer', 'field'];
    await tilecurveDone(['write', join(folder, 'first'), ...at]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s says so, and the layer is as before', async (signal) => {
    const staging = join(folder, 'store', 'staging', 'field');
    const small = ['--overwrite', '--memory', '16MiB', '--tile-shape', 't=1,row=5,col=5'];
    const { child, ended } = startTilecurve(['write', join(folder, 'second'), ...at, ...small]);
    const timer = setInterval(() => {
      if (!existsSync(staging)) return;
      clearInterval(timer);
      child.kill(signal);
    }, 5);
    const outcome = await ended;
    clearInterval(timer);
    expect(failureLine(outcome, 1)).toMatch(signal);
    const { snapshot } = await tilecurveJson<{ snapshot: number }>(['info', ...at]);
    expect(await tilecurveJson(['verify', ...at])).toMatchObject({ snapshot, faults: [] });
    const asked = { store: join(folder, 'store'), layer: 'field', parameter: 'field' };
    await expectBigCell(asked, field, { time: 11, row: 59, col: 119 });
    // Other arguments: what was kept for going on is of no use, and is taken away.
    await tilecurveDone([
      'write',
      join(folder, 'first'),
      ...at,
      '--overwrite',
      '--memory',
      '16MiB',
      '--no-resume',
    ]);
    expect(existsSync(staging)).toBe(false);
  });
});
