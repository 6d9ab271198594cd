import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolders, tilecurveDone, tilecurveFails, tilecurveJson } from './command-line.js';
import { query } from './query-answer.js';
import { describeRealData, readExpected, realPath } from './real-data.js';

const sample = resolve(import.meta.dirname, '../../data/surface.zarr');
const insolation = resolve(import.meta.dirname, '../../data/insolation.zarr');

afterAll(removeFolders);

describe('update and erase', () => {
  let store = '';
  const layer = ['--layer', 's'];

  beforeAll(async () => {
    store = await makeFolder();
    await tilecurveDone(['write', sample, '--store', store, ...layer]);
  });

  it('takes the data out of a box at a time, leaves the rest, and brings it back', async () => {
    const asked = { store, layer: 's', parameter: 'air_temperature' };
    const box = ['--bbox=0,0,20,20', '--datetime', '2026-06-21'] as const;
    const before = await query(asked, ...box);
    const erased = await tilecurveJson([
      'erase',
      '--store',
      store,
      ...layer,
      '--bbox=0,0,20,20',
      '--datetime',
      '2026-06-21T12:00:00Z',
    ]);
    expect(erased).toMatchObject({ layer: 's', snapshot: 2, operation: 'erase', attempts: 1 });
    const after = await query(asked, ...box);
    const perStep = after.values.length / 8;
    after.values.forEach((value, i) => {
      const isErased = Math.floor(i / perStep) === 4;
      expect(value).toBe(isErased ? null : before.values[i]);
    });
    const land = await query({ ...asked, parameter: 'land_fraction' }, '--bbox=0,0,20,20');
    expect(land.values).not.toContain(null);
    const updated = await tilecurveJson(['update', sample, '--store', store, ...layer, '--merge', 'keep']);
    expect(updated).toMatchObject({ snapshot: 3, operation: 'update' });
    expect(Number(updated.bytesReplaced)).toBeGreaterThan(0);
    expect((await query(asked, ...box)).values).toEqual(before.values);
  });

  it('refuses in one line what does not fit', async () => {
    const target = ['--store', store, ...layer];
    await tilecurveFails(['update', insolation, ...target], 2);
    await tilecurveFails(['update', sample, ...target, '--merge', 'median'], 2);
    await tilecurveFails(['update', sample, '--store', store, '--layer', 'nope'], 1);
    await tilecurveFails(['erase', ...target], 2);
    await tilecurveFails(
      ['erase', ...target, '--datetime', '2026-06-21', '--parameters', 'land_fraction'],
      1,
    );
    await tilecurveFails(['erase', ...target, '--bbox=0,0,0.1,0.1'], 1);
  });
});

describeRealData('other kinds of sources', () => {
  it('are written and answer with the values of their files', async () => {
    const store = await makeFolder();
    const file = 'geotiff/us_nga_egm96_15.tif';
    await tilecurveDone(['write', realPath(file), '--store', store, '--layer', 'geoid']);
    const [expected] = readExpected<
      {
        file: string;
        bands_stats: { valid: number; min: number; max: number; first: number; last: number }[];
      }[]
    >('geotiff_sample.json').filter((entry) => entry.file === file);
    const { values, shape } = await query({ store, layer: 'geoid', parameter: 'geoid_undulation' });
    const [band] = expected!.bands_stats;
    expect(shape).toEqual([1, 1, 721, 1440]);
    expect(values.filter((value) => value !== null)).toHaveLength(band!.valid);
    expect(values[0]).toBeCloseTo(band!.first, 4);
    expect(values.at(-1)).toBeCloseTo(band!.last, 4);
    const netcdf = resolve(import.meta.dirname, '../sources/netcdf/fixtures/chunked.nc');
    await tilecurveDone(['write', netcdf, '--store', store, '--layer', 'nc']);
    const sound = await tilecurveJson<{ layers: { faults: unknown[] }[] }>(['verify', '--store', store]);
    expect(sound.layers.map(({ faults }) => faults)).toEqual([[], []]);
  });
});
