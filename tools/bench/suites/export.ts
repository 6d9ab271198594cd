import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeField, makeLayer, makeSource } from '../fixture.js';
import type { BenchContext, Scale, SuiteResult } from '../suite.js';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../../dist/cli/main.js');
const SOURCE_BYTES = 32 * 2 ** 20;
const FORMATS = ['png', 'webp', 'q16'] as const;
const SCALES: Readonly<Record<Scale, { readonly zooms: string; readonly rounds: number }>> = {
  full: { zooms: '0-5', rounds: 3 },
  short: { zooms: '0-3', rounds: 1 },
};

/** `tilecurve export` of a global layer of a quarter of a degree as PMTiles, by one thread and by one for each processor. */
export async function exportSuite(context: BenchContext): Promise<SuiteResult> {
  const source = await makeSource(context, 'maps', SOURCE_BYTES);
  await makeLayer(context, source);
  const { zooms, rounds } = SCALES[context.scale];
  const workers = [1, ...(availableParallelism() > 1 ? [availableParallelism()] : [])];
  const rows: string[][] = [];
  for (const format of FORMATS) {
    const rates = new Map<number, number[]>(workers.map((count) => [count, []]));
    let bytes: Buffer | undefined;
    for (let round = 0; round < rounds; round++) {
      for (const count of workers) {
        const made = await exportOnce(context, { format, zooms, count });
        if (bytes !== undefined && !bytes.equals(made.bytes)) throw new Error('exports differ');
        bytes = made.bytes;
        rates.get(count)!.push(made.tilesPerSecond);
      }
    }
    for (const [count, measured] of rates) rows.push([format, String(count), ...describeRates(measured)]);
  }
  return {
    setup: { data: describeField(source.field), zooms, rounds, start: 'counted: a process for each export' },
    tables: [
      { title: 'Export to PMTiles', columns: ['tiles', 'threads', 'best tiles/s', 'mean', 'spread'], rows },
    ],
    cases: [],
  };
}

async function exportOnce(
  { folder }: BenchContext,
  { format, zooms, count }: { readonly format: string; readonly zooms: string; readonly count: number },
): Promise<{ readonly tilesPerSecond: number; readonly bytes: Buffer }> {
  const to = join(folder, 'tiles.pmtiles');
  const asked = ['--store', join(folder, 'store'), '--layer', 'field', '--to', to, '--zooms', zooms];
  const startedMs = performance.now();
  const { stdout } = await run(process.execPath, [
    ...[main, 'export', ...asked, '--format', format, '--workers', String(count), '--json'],
  ]);
  const seconds = (performance.now() - startedMs) / 1000;
  const { tiles } = JSON.parse(stdout) as { tiles: number };
  const bytes = await readFile(to);
  await rm(to);
  return { tilesPerSecond: tiles / seconds, bytes };
}

function describeRates(rates: readonly number[]): string[] {
  const [best, worst] = [Math.max(...rates), Math.min(...rates)];
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return [best.toFixed(0), mean.toFixed(0), `${Math.round((100 * (best - worst)) / mean)} %`];
}
