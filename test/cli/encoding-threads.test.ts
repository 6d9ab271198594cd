import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../../src/blob/index.js';
import { LayerReader } from '../../src/layer/index.js';
import { bigFieldOfSize, writeBigSource } from '../../tools/big-source.js';
import { makeFolder, removeFolders, tilecurveDone } from './command-line.js';

const MIB = 2 ** 20;

afterAll(removeFolders);

/** All values of one level, as they are read. */
async function valuesOf(reader: LayerReader, level: number): Promise<Float64Array> {
  return reader.read(reader.plan({ parameter: 'field', level }));
}

it('makes the same layer in threads, which large sources get, as without', async () => {
  const folder = await makeFolder();
  const source = join(folder, 'source');
  // Odd sides, so that the last tiles of every level are cut; just above the size that threads start at.
  const field = bigFieldOfSize(52 * MIB, { seed: 5, rows: 181, cols: 359 });
  await writeBigSource(source, { field, chunks: [4, 181, 359], codec: { id: 'none' } });
  const at = (name: string) => join(folder, name);
  const write = (name: string, memory: string) =>
    tilecurveDone(['write', source, '--store', at(name), '--layer', 'field', '--memory', memory]);
  await write('threads', '512MiB');
  // Below 256 MiB there are none.
  await write('alone', '128MiB');
  const readers = await Promise.all(
    ['threads', 'alone'].map((name) => LayerReader.open(openStore(at(name)), 'field')),
  );
  const [threads, alone] = readers as [LayerReader, LayerReader];
  expect(threads.manifest.levels).toBeGreaterThan(2);
  expect(threads.manifest.statistics).toEqual(alone.manifest.statistics);
  for (let level = 0; level < threads.manifest.levels; level++) {
    const [a, b] = [await valuesOf(threads, level), await valuesOf(alone, level)];
    expect(a.length).toBeGreaterThan(0);
    expect(a.findIndex((value, i) => !Object.is(value, b[i]))).toBe(-1);
  }
  for (const reader of readers) await reader.close();
});
