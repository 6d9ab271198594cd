import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bigFieldOfSize, writeBigSource } from '../../tools/big-source.js';
import { expectBigCell } from './big-cell.js';
import {
  failureLine,
  makeFolder,
  type Outcome,
  removeFolders,
  startTilecurve,
  tilecurveDone,
} from './command-line.js';

const MIB = 1024 * 1024;
const SOURCE_BYTES = 300 * MIB;
const MEMORY_BYTES = 64 * MIB;
/** The program itself, its compression threads, and what LevelDB maps. */
const OVERHEAD_BYTES = 256 * MIB;
const canMeasure = existsSync('/proc/self/status');
const reason = canMeasure ? '' : ' (skipped: no /proc to read the peak from)';

/** Most memory a process has had so far; undefined once it has ended. */
function peakBytes(pid: number): number | undefined {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

async function watchPeak(args: readonly string[]): Promise<{ outcome: Outcome; peak: number }> {
  const { child, ended } = startTilecurve(args);
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, peakBytes(child.pid!) ?? 0);
  }, 20);
  const outcome = await ended;
  clearInterval(timer);
  return { outcome, peak };
}

describe.skipIf(!canMeasure)(`a source larger than the memory allowed${reason}`, () => {
  afterAll(removeFolders);

  // Typed arrays are freed late, how late differs from run to run: a second try tells chance from growth.
  it('is written within that memory and answers with its values', { retry: 1, timeout: 90_000 }, async () => {
    const folder = await makeFolder();
    const field = bigFieldOfSize(SOURCE_BYTES, { seed: 7, rows: 721, cols: 1440 });
    const [source, store] = [join(folder, 'source'), join(folder, 'store')];
    // A step and the whole grid per chunk: the worst order for tiles that are deep in time.
    await writeBigSource(source, { field, chunks: [1, 721, 1440], codec: { id: 'none' } });
    const at = ['--store', store, '--layer', 'big'];
    const { outcome, peak } = await watchPeak(['write', source, ...at, '--memory', '64MiB', '--levels', '1']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(peak / MIB).toBeGreaterThan(64);
    expect(peak / MIB).toBeLessThan((MEMORY_BYTES + OVERHEAD_BYTES) / MIB);
    const asked = { store, layer: 'big', parameter: 'field' };
    for (const cell of [
      { time: 0, row: 0, col: 0 },
      { time: 41, row: 333, col: 1029 },
      { time: field.times - 1, row: 720, col: 1439 },
    ]) {
      await expectBigCell(asked, field, cell);
    }
    expect(await tilecurveDone(['verify', ...at])).toMatchObject({ stdout: expect.stringMatching(/sound/) });
  });

  it('in chunks that do not fit is refused by their size before they are read', async () => {
    const folder = await makeFolder();
    const field = { seed: 7, times: 8, rows: 721, cols: 1440 };
    await writeBigSource(join(folder, 'source'), {
      field,
      chunks: [8, 721, 1440],
      codec: { id: 'zlib', level: 1 },
    });
    const args = ['write', join(folder, 'source'), '--store', folder, '--layer', 'big', '--memory', '64MiB'];
    const { outcome, peak } = await watchPeak(args);
    expect(failureLine(outcome, 1)).toMatch(/field/);
    expect(peak / MIB).toBeLessThan((MEMORY_BYTES + OVERHEAD_BYTES) / MIB);
  });
});
