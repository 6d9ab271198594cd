import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolders, tilecurveDone } from './command-line.js';
import { comparable, query } from './query-answer.js';
import { describeRealData, realPath } from './real-data.js';

describeRealData('the same data', () => {
  let store: string;

  async function write(path: string, layer: string, ...options: readonly string[]): Promise<void> {
    await tilecurveDone(['write', realPath(path), '--store', store, '--layer', layer, ...options]);
  }

  beforeAll(async () => {
    store = await makeFolder();
  });
  afterAll(removeFolders);

  it.each([
    {
      v2: 'zarr/air_temperature.zarr',
      v3: 'zarr3/air_temperature_sharded_zstd.zarr',
      parameter: 'air',
      // Across chunks, shards and tiles on every axis.
      options: ['--bbox=-150,17,-35,73', '--datetime', '2013-06-20/2013-08-05'],
    },
    {
      v2: 'zarr/eraint_uvz.zarr',
      v3: 'zarr3/eraint_uvz_gzip.zarr',
      parameter: 'v',
      options: ['--bbox=-180,-90,180,90'],
    },
    {
      v2: 'zarr/era5_levels_members.zarr',
      v3: 'zarr3/era5_members_transpose_crc.zarr',
      parameter: 't',
      options: ['--z', '500'],
    },
  ])('in Zarr v2 and v3 answers equally: $v3', async ({ v2, v3, parameter, options }) => {
    await write(v2, `${parameter}-v2`, '--parameters', parameter);
    await write(v3, `${parameter}-v3`, '--parameters', parameter);
    const first = await query({ store, layer: `${parameter}-v2`, parameter }, ...options);
    const second = await query({ store, layer: `${parameter}-v3`, parameter }, ...options);
    expect(first.values.length).toBeGreaterThan(100_000);
    expect(comparable(second)).toBe(comparable(first));
  });

  // Floats with holes, cut unevenly on every axis; each codec and each curve comes up.
  describe('written in another way', () => {
    const parameter = 'SST';
    const box = ['--bbox=151,-41,-120,37', '--datetime', '2000-03-01/2000-09-10'];
    const wanted = { whole: '', part: '' };

    beforeAll(async () => {
      await write('zarr/coads_sst.zarr', 'default', '--parameters', parameter);
      const asked = { store, layer: 'default', parameter };
      wanted.whole = comparable(await query(asked));
      const part = await query(asked, ...box);
      expect(part.values).toContain(null);
      wanted.part = comparable(part);
    });

    it.each([
      '--curve zorder --codec raw',
      '--curve rowmajor --codec deflate --tile-shape t=5,row=7,col=179',
      '--curve hilbert --codec shuffle-deflate --tile-shape t=1,row=90,col=13',
      '--curve zorder --codec zstd --temporal-resolution P2M --tile-shape t=1,row=31',
      '--curve rowmajor --codec shuffle-zstd --temporal-resolution P45D --tile-shape t=2',
      '--temporal-resolution P1Y --tile-shape t=1,row=17,col=29 --segment-bytes 64KiB',
      '--temporal-resolution PT6H --tile-shape t=3,row=40,col=41 --memory 16MiB',
    ])('answers equally: %s', async (options) => {
      const layer = options.toLowerCase().replace(/[^a-z0-9]/g, '');
      await write('zarr/coads_sst.zarr', layer, '--parameters', parameter, ...options.split(' '));
      expect(comparable(await query({ store, layer, parameter }))).toBe(wanted.whole);
      expect(comparable(await query({ store, layer, parameter }, ...box))).toBe(wanted.part);
    });
  });
});
