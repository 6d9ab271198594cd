import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../src/blob/index.js';
import { createKeyIndex, type KeyIndex } from '../../src/curve/index.js';
import type { TileKey } from '../../src/grid/index.js';
import { LayerReader } from '../../src/layer/index.js';
import {
  filesBelow,
  makeFolder,
  removeFolders,
  tilecurveDone,
  tilecurveFails,
  tilecurveJson,
} from './command-line.js';
import { comparable, query } from './query-answer.js';
import { describeRealData, realPath } from './real-data.js';

const PARAMETER = 'air';
const LAYER = 'air';

describeRealData('the work of a query', () => {
  let store: string;
  let keyIndex: KeyIndex;
  let reader: LayerReader;
  let segments: readonly { path: string; first: number; last: number }[];

  beforeAll(async () => {
    store = await makeFolder();
    const at = ['--store', store, '--layer', LAYER];
    const source = realPath('zarr/air_temperature.zarr');
    const sizes = ['--levels', '1', '--tile-shape', 't=40,row=8,col=8', '--segment-bytes', '256KiB'];
    await tilecurveDone(['write', source, ...at, ...sizes]);
    reader = await LayerReader.open(openStore(store), LAYER);
    keyIndex = createKeyIndex(reader.manifest.keyIndex, reader.manifest);
    segments = (await filesBelow(join(store, 'layers', LAYER, 'tiles'))).map((path) => {
      const [first, last] = basename(path)
        .split('-')
        .map((hex) => Number.parseInt(hex, 16));
      return { path, first: first!, last: last! };
    });
  });
  afterAll(async () => {
    await removeFolders();
    await reader.close();
  });

  function key(place: { col: number; row: number; t: number }): TileKey {
    return { level: 0, parameter: PARAMETER, ...place, z: 0, custom: [] };
  }

  /** Runs `work` while the segments that hold none of `indexes` are out of reach. */
  async function withOnly<T>(indexes: readonly number[], work: () => Promise<T>): Promise<T> {
    const others = segments.filter(
      ({ first, last }) => !indexes.some((index) => index >= first && index <= last),
    );
    const hidden = await makeFolder();
    for (const { path } of others) await rename(path, join(hidden, basename(path)));
    try {
      return await work();
    } finally {
      for (const { path } of others) await rename(join(hidden, basename(path)), path);
    }
  }

  it('keeps segments within the size asked', async () => {
    expect(segments.length).toBeGreaterThan(15);
    const { segments: counted } = await tilecurveJson(['info', '--store', store, '--layer', LAYER]);
    expect(counted).toBe(segments.length);
  });

  it('for a box of one per cent opens only segments whose names can meet it', async () => {
    const asked = { store, layer: LAYER, parameter: PARAMETER };
    // Columns 16 to 31 and rows 8 to 15: two tiles side by side; steps 200 to 499: time tiles 5 to 12.
    const box = ['--bbox=-120,37.5,-82.5,55', '--datetime', '2013-02-20/2013-05-05'];
    const indexes = [5, 6, 7, 8, 9, 10, 11, 12].flatMap((t) =>
      [2, 3].map((col) => keyIndex.indexOf(key({ col, row: 1, t }))),
    );
    const reached = segments.filter(({ first, last: end }) =>
      indexes.some((index) => index >= first && index <= end),
    );
    const answer = await query(asked, ...box);
    expect(answer.values.length / (2920 * 25 * 53)).toBeCloseTo(0.01, 3);
    expect(answer.stats.segmentsTotal).toBe(segments.length);
    expect(answer.stats.segmentsOpened).toBeLessThanOrEqual(reached.length);
    expect(reached.length).toBeLessThan(segments.length / 3);
    expect(answer.stats.tilesRead).toBe(indexes.length);
    const again = await withOnly(indexes, () => query(asked, ...box));
    expect(comparable(again)).toBe(comparable(answer));
  });

  it('of one key opens at most the one segment that can hold it', async () => {
    const place = { col: 3, row: 2, t: 41 };
    const get = ['get', '--store', store, '--layer', LAYER, '--parameter', PARAMETER];
    const args = [...get, '--col', '3', '--row', '2', '--t', '41'];
    const found = await withOnly([keyIndex.indexOf(key(place))], () =>
      tilecurveJson<{ stats: Record<string, number>; shape: number[]; values: unknown[] }>(args),
    );
    expect(found.stats).toMatchObject({ segmentsOpened: 1, tilesRead: 1 });
    expect(found.shape).toEqual([40, 1, 8, 8]);
    expect(found.values).toHaveLength(40 * 8 * 8);
  });

  it('of a key outside the layer exits with 1 without opening a segment', async () => {
    const get = ['get', '--store', store, '--layer', LAYER, '--parameter', PARAMETER];
    await withOnly([], async () => {
      expect(await tilecurveFails([...get, '--col', '7', '--row', '0'], 1)).toMatch(/outside/);
      expect(await tilecurveFails([...get, '--col', '0', '--row', '0', '--t', '73'], 1)).toMatch(/outside/);
      expect(await tilecurveFails([...get, '--col', '0', '--row', '0', '--level', '1'], 1)).toMatch(
        /outside/,
      );
    });
  });

  it('names a segment that is gone', async () => {
    const args = ['query', '--store', store, '--layer', LAYER, '--parameter', PARAMETER];
    const line = await withOnly([], () => tilecurveFails([...args, '--bbox=-110,40,-100,50'], 1));
    expect(line).toMatch(/\.seg/);
  });

  it('is told to people by --explain', async () => {
    const args = ['query', '--store', store, '--layer', LAYER, '--parameter', PARAMETER, '--explain'];
    const { stdout } = await tilecurveDone([...args, '--bbox=-110,40,-109,41', '--datetime', '2013-02-20']);
    expect(stdout).toMatch(/^ranges\s+\d+/m);
    expect(stdout).toMatch(/^segments\s+\d+ opened of \d+/m);
    expect(stdout).toMatch(/^tiles\s+\d+ read/m);
  });
});
