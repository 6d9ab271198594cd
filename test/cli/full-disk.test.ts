import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BigSource, writeBigSource } from '../../tools/big-source.js';
import { expectBigCell } from './big-cell.js';
import {
  filesBelow,
  makeFolder,
  removeFolders,
  tilecurveDone,
  tilecurveFails,
  tilecurveJson,
} from './command-line.js';

const LAYER = 'field';
const SMALL: BigSource = {
  field: { seed: 1, times: 40, rows: 32, cols: 64 },
  chunks: [8, 32, 64],
  codec: { id: 'none' },
};
/** Decoded 3.2 MiB: more than the disk has. */
const LARGE: BigSource = { ...SMALL, field: { ...SMALL.field, seed: 2, times: 400 } };

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder], { stdio: 'ignore' });
}

function unmount(folder: string): void {
  execFileSync('umount', [folder], { stdio: 'ignore' });
}

function tryMounting(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tilecurve-mount-'));
  try {
    mount(folder, 'size=64k');
    unmount(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

const canMount = tryMounting();
const reason = canMount ? '' : ' (skipped: mounting a small disk is not allowed here)';

describe.skipIf(!canMount)(`a disk that refuses${reason}`, () => {
  let sources: string;
  let disk: string;
  let at: string[];

  beforeAll(async () => {
    sources = await makeFolder();
    await writeBigSource(join(sources, 'small'), SMALL);
    await writeBigSource(join(sources, 'large'), LARGE);
    disk = await makeFolder();
    mount(disk, 'size=2m');
    at = ['--store', disk, '--layer', LAYER, '--codec', 'raw', '--levels', '1'];
    await tilecurveDone(['write', join(sources, 'small'), ...at]);
  });
  afterAll(async () => {
    unmount(disk);
    await removeFolders();
  });

  function remount(options: string): void {
    execFileSync('mount', ['-o', `remount,${options}`, disk]);
  }

  async function expectLayerOf(source: BigSource, snapshot: number): Promise<void> {
    const asked = { store: disk, layer: LAYER, parameter: 'field' };
    await expectBigCell(asked, source.field, { time: 33, row: 20, col: 50 });
    const report = await tilecurveJson(['verify', '--store', disk, '--layer', LAYER]);
    expect(report).toMatchObject({ snapshot, faults: [] });
  }

  const overwrite = (...more: string[]) => ['write', join(sources, 'large'), ...at, '--overwrite', ...more];

  it('because it is full ends the write in one line; the old layer answers', async () => {
    expect(await tilecurveFails(overwrite(), 1)).toMatch(/disk full|ENOSPC|No space left/);
    await expectLayerOf(SMALL, 1);
  });

  it('takes back what a failed write had stored', async () => {
    const before = await filesBelow(disk);
    await tilecurveFails(overwrite('--segment-bytes', '64KiB'), 1);
    expect(await filesBelow(disk)).toEqual(before);
  });

  it('because it is full of staged tiles ends the write in one line; staging is removed', async () => {
    expect(await tilecurveFails(overwrite('--memory', '16MiB'), 1)).toMatch(/disk full|ENOSPC|No space left/);
    expect(await filesBelow(join(disk, 'staging'))).toEqual([]);
    await expectLayerOf(SMALL, 1);
  });

  it('because it is read-only ends the write in one line; the old layer answers', async () => {
    remount('ro');
    try {
      expect(await tilecurveFails(overwrite(), 1)).toMatch(/read-only/);
      const other = ['--store', disk, '--layer', 'other'];
      expect(await tilecurveFails(['write', join(sources, 'small'), ...other], 1)).toMatch(/read-only/);
      expect(await tilecurveFails(['delete', '--store', disk, '--layer', LAYER], 1)).toMatch(/read-only/);
      await expectLayerOf(SMALL, 1);
    } finally {
      remount('rw');
    }
  });

  it('is written to again once there is room', async () => {
    remount('size=16m');
    await tilecurveDone(overwrite('--memory', '16MiB'));
    await expectLayerOf(LARGE, 2);
  });
});
