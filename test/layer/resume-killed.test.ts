import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/blob/index.js';
import { LayerReader } from '../../src/layer/index.js';
import { type BigField, bigFieldCell, bigFieldParts } from '../../tools/big-field.js';
import { type BigSource, bigFieldOfSize, writeBigSource } from '../../tools/big-source.js';
import {
  failureLine,
  makeFolder,
  type Outcome,
  removeFolders,
  startTilecurve,
  tilecurve,
  tilecurveJson,
} from '../cli/command-line.js';

const MIB = 2 ** 20;
const KILLS = 3;
/** Read together: as many as a tile has. */
const STEPS = 24;

interface Written {
  readonly snapshot: number;
  readonly segments: number;
  readonly resumed?: { readonly cells: number; readonly segments: number };
}

let folder: string;
let source: string;
const big: BigSource = {
  field: bigFieldOfSize(60 * MIB, { seed: 3, rows: 181, cols: 360 }),
  chunks: [4, 181, 360],
  codec: { id: 'none' },
};

beforeAll(async () => {
  folder = await makeFolder();
  source = join(folder, 'source');
  await writeBigSource(source, big);
});
afterAll(removeFolders);

function write(store: string, ...more: string[]): string[] {
  const small = ['--memory', '16MiB', '--segment-bytes', '1MiB'];
  return ['write', source, '--store', store, '--layer', 'field', ...small, ...more];
}

/** The field must come out as it is computed, cell by cell. */
async function expectField(folderOfStore: string, field: BigField): Promise<void> {
  const parts = bigFieldParts(field);
  const reader = await LayerReader.open(openStore(folderOfStore), 'field');
  let wrong = 0;
  for (let first = 0; first < field.times; first += STEPS) {
    const t = [{ start: first, end: Math.min(first + STEPS, field.times) }];
    const values = await reader.read(reader.plan({ parameter: 'field', t }));
    for (let i = 0; i < values.length; i++) {
      const col = i % field.cols;
      const row = Math.floor(i / field.cols) % field.rows;
      const time = first + Math.floor(i / (field.cols * field.rows));
      // What is stored are float32.
      if (values[i] !== Math.fround(bigFieldCell(parts, { time, row, col }))) wrong += 1;
    }
  }
  await reader.close();
  expect(wrong).toBe(0);
}

/** Sends `signal` after a while. */
async function cut(
  args: readonly string[],
  { signal, delayMs }: { signal: NodeJS.Signals; delayMs: number },
): Promise<Outcome> {
  const { child, ended } = startTilecurve(args);
  const timer = setTimeout(() => child.kill(signal), delayMs);
  const outcome = await ended;
  clearTimeout(timer);
  return outcome;
}

/** Sends `signal` once so many cells are read, as the progress on stderr says. */
async function cutAt(
  args: readonly string[],
  { signal, cells }: { signal: NodeJS.Signals; cells: number },
): Promise<Outcome> {
  const { child, ended } = startTilecurve([...args, '--progress', 'json']);
  let text = '';
  let isCut = false;
  child.stderr!.on('data', (more: string) => {
    text += more;
    const done = [...text.matchAll(/"phase":"reading","done":(\d+)/g)].at(-1)?.[1];
    // A second signal would not wait for the first to be heeded.
    if (isCut || (Number(done ?? 0) < cells && !text.includes('"sorting"'))) return;
    isCut = true;
    child.kill(signal);
  });
  return ended;
}

const cellsOf = ({ times, rows, cols }: BigField) => times * rows * cols;

describe('a write of the command line that is killed', () => {
  it('goes on each time it is run again, and makes the layer of its source', async () => {
    const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
    console.info(`KILL_SEED=${seed}`);
    const random = randomNumbers(seed);
    const store = join(folder, 'killed');
    for (let kills = 0; kills < KILLS; kills++) {
      const delayMs = 400 + random() * 1200;
      const { signal } = await cut(write(store, '--checkpoint-ms', '20'), { signal: 'SIGKILL', delayMs });
      if (signal !== 'SIGKILL') break;
    }
    const last = await tilecurve(write(store, '--checkpoint-ms', '20'));
    // The last kill may have come after the commit.
    if (last.code !== 0) expect(last.stderr).toMatch(/exists already/);
    const at = ['--store', store, '--layer', 'field'];
    expect(await tilecurveJson(['verify', ...at])).toMatchObject({ snapshot: 1, faults: [] });
    await expectField(store, big.field);
    expect(existsSync(join(store, 'staging', 'field'))).toBe(false);
  });

  it('does not read again what was staged at its last checkpoint', async () => {
    const store = join(folder, 'read-once');
    const half = cellsOf(big.field) / 2;
    const outcome = await cutAt(write(store, '--checkpoint-ms', '0'), { signal: 'SIGKILL', cells: half });
    expect(outcome.signal).toBe('SIGKILL');
    const written = await tilecurveJson<Written>(write(store, '--checkpoint-ms', '0'));
    expect(written.resumed!.cells).toBeGreaterThan(half * 0.8);
  });
});

describe('a write of the command line that is stopped', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s keeps what it has done for the next', async (signal) => {
    const store = join(folder, signal);
    const half = cellsOf(big.field) / 2;
    const outcome = await cutAt(write(store), { signal, cells: half });
    const said = outcome.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    const shown = outcome.stderr.split('\n').filter((line) => line.startsWith('{'));
    const last = JSON.parse(shown.at(-1)!) as Record<string, unknown>;
    expect(last).toMatchObject({ phase: 'reading', total: cellsOf(big.field), unit: 'cells' });
    expect(Number(last.bytes)).toBe(4 * Number(last.done));
    expect(failureLine({ ...outcome, stderr: said.join('\n') }, 1)).toMatch(signal);
    const written = await tilecurveJson<Written>(write(store));
    expect(written.resumed!.cells).toBeGreaterThanOrEqual(half);
    await expectField(store, big.field);
    expect(existsSync(join(store, 'staging', 'field'))).toBe(false);
  });

  it.each([
    ['with other options', ['--codec', 'raw'], 3],
    ['when it is told not to resume', ['--no-resume'], 3],
    ['when the source has changed', [], 4],
  ] as const)('is begun anew %s', async (name, more, seed) => {
    const store = join(folder, name);
    await cutAt(write(store), { signal: 'SIGINT', cells: cellsOf(big.field) / 4 });
    expect(existsSync(join(store, 'staging', 'field'))).toBe(true);
    const now = { ...big, field: { ...big.field, seed } };
    if (seed !== big.field.seed) await writeBigSource(source, now);
    const written = await tilecurveJson<Written>(write(store, ...more));
    expect(written.resumed).toBeUndefined();
    await expectField(store, now.field);
    expect(existsSync(join(store, 'staging', 'field'))).toBe(false);
    if (seed !== big.field.seed) await writeBigSource(source, big);
  });
});

/** Numbers in [0, 1), the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
