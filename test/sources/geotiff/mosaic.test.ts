import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InvalidArgumentError, UnsupportedError } from '../../../src/errors/index.js';
import { axisNumbers, formatInstant } from '../../../src/grid/index.js';
import { openMosaic, openSource, type Source } from '../../../src/sources/index.js';
import { absence, hasRealData } from '../real-data.js';
import { failure, options, readAll } from './read-bands.js';
import { f8, imageTags, removeFiles, type TagValue, tiffBytes, u2, writeFiles } from './tiff-writer.js';

afterAll(removeFiles);

/** A 2 x 2 image of bytes, `column` and `row` cells from the first. */
function tile(
  [column, row]: readonly [number, number],
  cells: readonly number[],
  tags: Readonly<Record<number, TagValue>> = {},
): Uint8Array {
  const place = f8(0, 0, 0, 500000 + 10 * column, 5000000 - 10 * row, 0);
  const all = imageTags(2, 2, { 33922: place, 42113: '0', ...tags });
  return tiffBytes({ pages: [{ tags: all, blocks: [Uint8Array.from(cells)] }] });
}

async function readClosed(source: Source): Promise<number[][]> {
  const bands = await readAll(source);
  await source.close();
  return bands;
}

describe('a mosaic', () => {
  it('lays files side by side; later ones win, their no-data does not, and gaps are no data', async () => {
    const paths = await writeFiles({
      'b.tif': tile([1, 1], [5, 0, 6, 7]),
      'a.tif': tile([0, 0], [1, 2, 3, 4]),
    });
    const source = await openMosaic(paths, options);
    expect(source.parameters[0]).toMatchObject({ shape: [3, 3], dims: ['y', 'x'], noData: 0 });
    expect(axisNumbers(source.grid.x)).toEqual([500005, 500015, 500025]);
    expect(await readClosed(source)).toEqual([[1, 2, 0, 3, 5, 0, 0, 6, 7]]);
    const reversed = await writeFiles({
      'a.tif': tile([1, 1], [5, 0, 6, 7]),
      'b.tif': tile([0, 0], [1, 2, 3, 4]),
    });
    expect(await readClosed(await openMosaic(reversed, options))).toEqual([[1, 2, 0, 3, 4, 0, 0, 6, 7]]);
  });

  it('of a directory takes its GeoTIFF files and nothing else', async () => {
    const [path] = await writeFiles({
      'a.tif': tile([0, 0], [1, 2, 3, 4]),
      'b.TIFF': tile([2, 0], [5, 6, 7, 8]),
      'readme.txt': Buffer.from('tiles'),
      '.hidden.tif': Buffer.from('nothing'),
    });
    expect(await readClosed(await openSource(dirname(path!), options))).toEqual([[1, 2, 5, 6, 3, 4, 7, 8]]);
  });

  it('has times from the names of its files', async () => {
    const paths = await writeFiles({
      'rain_7.20240618.tif': tile([0, 0], [5, 6, 7, 8]),
      'rain_7.20240617.tif': tile([0, 0], [1, 2, 3, 4]),
      'rain_8.20240617.tif': tile([2, 0], [9, 9, 9, 9]),
    });
    const source = await openMosaic(paths, { ...options, timePattern: '{yyyy}{MM}{dd}' });
    const { t } = source.grid;
    expect(axisNumbers(t!).map((instant) => formatInstant(instant, 'standard'))).toEqual([
      '2024-06-17T00:00:00Z',
      '2024-06-18T00:00:00Z',
    ]);
    expect(source.parameters[0]).toMatchObject({
      dims: ['time', 'y', 'x'],
      axes: ['t'],
      chunkShape: [1, 2, 2],
    });
    expect(await readClosed(source)).toEqual([[1, 2, 9, 9, 3, 4, 9, 9, 5, 6, 0, 0, 7, 8, 0, 0]]);
  });

  it('has times from the tags where each instant covers the same area, else none', async () => {
    const dated = (day: number) => ({ 306: `2024:06:${day} 12:00:00` });
    const series = await writeFiles({
      'a.tif': tile([0, 0], [1, 2, 3, 4], dated(17)),
      'b.tif': tile([0, 0], [5, 6, 7, 8], dated(18)),
    });
    const tiles = await writeFiles({
      'a.tif': tile([0, 0], [1, 2, 3, 4], dated(17)),
      'b.tif': tile([2, 0], [5, 6, 7, 8], dated(18)),
    });
    const dims = async (paths: string[], timePattern?: string) => {
      const source = await openMosaic(paths, { ...options, ...(timePattern ? { timePattern } : {}) });
      await source.close();
      return source.parameters[0]!.dims;
    };
    expect(await dims(series)).toEqual(['time', 'y', 'x']);
    expect(await dims(series, 'none')).toEqual(['y', 'x']);
    expect(await dims(tiles)).toEqual(['y', 'x']);
    expect(await dims(tiles, 'TIFFTAG_DATETIME')).toEqual(['time', 'y', 'x']);
  });

  it('opens many files and keeps few open', async () => {
    const paths = await writeFiles(
      Object.fromEntries(
        Array.from({ length: 40 }, (_, k) => [
          `${100 + k}.tif`,
          tile(
            [2 * k, 0],
            [k, k, k, k].map((v) => v + 1),
          ),
        ]),
      ),
    );
    const source = await openMosaic(paths, options);
    const reads = await Promise.all([readAll(source), readAll(source)]);
    expect(reads[0]).toEqual(reads[1]);
    expect(reads[0]![0]!.slice(0, 80)).toEqual(Array.from({ length: 80 }, (_, x) => Math.floor(x / 2) + 1));
    await source.close();
  });

  it.each<[string, Uint8Array, typeof UnsupportedError | typeof InvalidArgumentError]>([
    [
      'in another system',
      tile([2, 0], [1, 1, 1, 1], { 34735: u2(1, 1, 0, 1, 3072, 0, 1, 32634) }),
      UnsupportedError,
    ],
    ['of another resolution', tile([2, 0], [1, 1, 1, 1], { 33550: f8(20, 20, 0) }), UnsupportedError],
    ['of another type', tile([2, 0], [1, 1, 1, 1], { 339: u2(2) }), UnsupportedError],
    ['with another no-data value', tile([2, 0], [1, 1, 1, 1], { 42113: '9' }), UnsupportedError],
    ['half a cell off', tile([2.5, 0], [1, 1, 1, 1]), UnsupportedError],
  ])('refuses a file %s', async (_, other, expected) => {
    const paths = await writeFiles({ 'a.tif': tile([0, 0], [1, 2, 3, 4]), 'b.tif': other });
    const error = await failure(openMosaic(paths, options));
    expect(error).toBeInstanceOf(expected);
    expect(error.fields.file).toBe(paths[1]);
  });

  it('refuses gaps that integers cannot tell, and times that names do not hold', async () => {
    const plain = { 42113: '' };
    const gap = await writeFiles({
      'a.tif': tile([0, 0], [1, 2, 3, 4], plain),
      'b.tif': tile([3, 0], [1, 2, 3, 4], plain),
    });
    expect(await failure(openMosaic(gap, options))).toBeInstanceOf(UnsupportedError);
    for (const timePattern of ['{yyyy}', '{MM}', '{yyyy}{week}', '{yyyy}{yyyy}'])
      expect(await failure(openMosaic(gap, { ...options, timePattern }))).toBeInstanceOf(
        InvalidArgumentError,
      );
    expect(await failure(openMosaic([], options))).toBeInstanceOf(InvalidArgumentError);
    expect(await failure(openMosaic([gap[0]!, gap[0]!], options))).toBeInstanceOf(InvalidArgumentError);
  });
});

describe.skipIf(!hasRealData)(`mosaics of real files${absence}`, () => {
  const root = join(import.meta.dirname, '../../../../shared/data/geotiff');

  it('give a single file a time by its name', async () => {
    const source = await openSource(join(root, 'gpm_1d.20240617.tif'), {
      ...options,
      timePattern: '{yyyy}{MM}{dd}',
    });
    expect(axisNumbers(source.grid.t!)).toEqual([Date.UTC(2024, 5, 17)]);
    expect(source.parameters[0]!.shape).toEqual([1, 400, 1500]);
    await source.close();
  });

  it('refuse scenes whose resolutions differ', async () => {
    const paths = ['mosaic_cog1.tif', 'mosaic_cog2.tif'].map((name) => join(root, name));
    const error = await failure(openMosaic(paths, options));
    expect(error.message).toBe('files of a mosaic differ in their resolutions');
  });
});
