import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CRS84, coordinateAt, findCell, projectPoints } from '../../../src/grid/index.js';
import { openSource, type Source } from '../../../src/sources/index.js';
import { absence, hasRealData, openReal, readExpected } from '../real-data.js';
import { failure, options } from './read-bands.js';

interface Statistics {
  readonly valid: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

interface MatrixFile {
  readonly file: string;
  readonly lossy: boolean;
  readonly block: readonly [number, number];
  readonly transform: readonly number[];
  readonly values_as_f64_le_bandmajor_sha256: string;
  readonly bands_stats: readonly Statistics[];
}

interface SampleFile {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly nodata: number | null;
  readonly transform: readonly number[];
  readonly band_sha256_le: readonly string[];
  readonly windows: readonly {
    readonly band: number;
    readonly col_off: number;
    readonly row_off: number;
    readonly width: number;
    readonly height: number;
    readonly sha256_le: string;
  }[];
  readonly positions_lonlat: readonly {
    readonly lon: number;
    readonly lat: number;
    readonly band: number;
    readonly col: number;
    readonly row: number;
    readonly value: number | null;
  }[];
}

const root = resolve(import.meta.dirname, '../../../../shared/data');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** What comes of every real file: its system, size and bands, or the reason it is refused for. */
const files: Readonly<Record<string, readonly [crs: string, x: number, y: number, bands: string] | string>> =
  {
    'B01.tif': ['EPSG:32634', 183, 183, 'band1'],
    'B09.tif': ['EPSG:32634', 183, 183, 'band1'],
    'DEM_BS28_2016_1000_1141.tif': ['EPSG:2193', 63, 244, 'band1'],
    'L7_ETMs.tif': ['EPSG:31985', 349, 352, 'band1 band2 band3 band4 band5 band6'],
    'RGB.byte.tif': ['EPSG:32618', 791, 718, 'band1 band2 band3'],
    'TCI.tif': ['EPSG:32634', 1098, 1098, 'band1 band2 band3'],
    'abel-tasman-and-golden-bay_2016_dem_1m_BP25_10000_0404.tiff': ['EPSG:2193', 4800, 7200, 'band1'],
    'cmc_glb_t2m_celsius.tif': ['OGC:CRS84', 2400, 1201, '2[m] HTGL="Specified height level above ground"'],
    'cog.tif': ['EPSG:32621', 2658, 2667, 'band1'],
    'cog_dateline.tif': ['EPSG:32660', 2325, 2355, 'band1'],
    'cog_scale.tif': ['local:unnamed', 256, 256, 'band1 band2'],
    'cog_world.tif': ['OGC:CRS84', 36000, 18000, 'band1'],
    'corrupt.tif': 'block 3 lies outside the file',
    'dem.tif': ['EPSG:2056', 400, 400, 'band1'],
    'elevation.tif': ['EPSG:3857', 400, 400, 'band1'],
    'goes.tif': ['local:unnamed', 542, 542, 'band1 band2 band3'],
    'gpm_1d.20240617.tif': ['OGC:CRS84', 1500, 400, 'band1'],
    'image_webp.tif': 'compression is not supported',
    'lc8-utm-1-re.tif': ['EPSG:32618', 559, 602, 'band1'],
    'mosaic_cog1.tif': ['EPSG:32618', 779, 790, 'band1 band2 band3'],
    'mosaic_cog2.tif': ['EPSG:32618', 770, 781, 'band1 band2 band3'],
    'olinda_dem_utm25s.tif': ['local:UTM Zone 25, Southern Hemisphere', 111, 111, 'band1'],
    'scene_band1.tif': ['EPSG:32629', 549, 549, 'band1'],
    'sparse.tiff': ['EPSG:2193', 20480, 20480, 'band1 band2 band3 band4'],
    'uk_os_OSGM15_GB.tif': ['OGC:CRS84', 818, 1266, 'geoid_undulation'],
    'umbra_mount_yasur.tiff': 'rotated image is not supported',
    'us_nga_egm96_15.tif': ['OGC:CRS84', 1440, 721, 'geoid_undulation'],
  };

describe.skipIf(!hasRealData)(`real GeoTIFF files${absence}`, () => {
  it('are all in the table', () => {
    const found = readdirSync(join(root, 'geotiff')).filter((name) => /\.tiff?$/.test(name));
    expect(found.sort()).toEqual(Object.keys(files).sort());
  });

  it.each(Object.entries(files))('%s opens or is refused with its cause', async (name, expected) => {
    const path = join(root, 'geotiff', name);
    if (typeof expected === 'string') {
      const error = await failure(openSource(path, options));
      expect(error.message).toBe(expected);
      expect(error.fields.file).toBe(path);
      return;
    }
    const source = await openSource(path, options);
    const [crs, width, height, bands] = expected;
    expect(source.grid.crs.id).toBe(crs);
    expect(source.parameters[0]!.shape).toEqual([height, width]);
    expect(source.parameters.map(({ id }) => id).join(' ')).toBe(bands);
    await source.close();
  });

  it('lie where they were measured, and hold what was computed of them', async () => {
    for (const sample of readExpected<SampleFile[]>('geotiff_sample.json')) {
      const source = await openReal(sample.file);
      checkPlace(source, sample.transform);
      const [parameter] = source.parameters;
      expect(parameter!.shape).toEqual([sample.height, sample.width]);
      expect(parameter!.noData ?? null).toBe(sample.nodata);
      const whole = await source.read(parameter!, { start: [0, 0], end: parameter!.shape });
      expect(sha256(bytesOf(whole.cells))).toBe(sample.band_sha256_le[0]);
      for (const window of sample.windows) {
        const start = [window.row_off, window.col_off];
        const end = [window.row_off + window.height, window.col_off + window.width];
        const { cells } = await source.read(source.parameters[window.band - 1]!, { start, end });
        expect(sha256(bytesOf(cells))).toBe(window.sha256_le);
      }
      for (const position of sample.positions_lonlat) {
        const [x, y] = projectPoints(CRS84, source.grid.crs)(position.lon, position.lat);
        expect([findCell(source.grid.x, x), findCell(source.grid.y, y)]).toEqual([
          position.col,
          position.row,
        ]);
        const value = whole.cells[position.row * sample.width + position.col]!;
        if (position.value !== null) expect(value).toBeCloseTo(position.value, 4);
      }
      await source.close();
    }
  });

  it('give equal values in every encoding but lossy ones', async () => {
    for (const expected of readExpected<MatrixFile[]>('geotiff_matrix.json')) {
      const source = await openReal(expected.file);
      checkPlace(source, expected.transform);
      expect(source.parameters[0]!.chunkShape).toEqual(
        expected.block.map((length, k) => Math.min(length, source.parameters[0]!.shape[k]!)),
      );
      const hash = createHash('sha256');
      for (const [band, parameter] of source.parameters.entries()) {
        const { cells } = await source.read(parameter, { start: [0, 0], end: parameter.shape });
        hash.update(bytesOf(Float64Array.from(cells)));
        const mean = Array.from(cells).reduce((total, cell) => total + cell, 0) / cells.length;
        // JPEG decoders differ by a unit or two.
        const { sum, valid } = expected.bands_stats[band]!;
        if (expected.lossy) expect(Math.abs(mean - sum / valid)).toBeLessThan(0.2);
      }
      if (!expected.lossy)
        expect(hash.digest('hex'), expected.file).toBe(expected.values_as_f64_le_bandmajor_sha256);
      await source.close();
    }
  });

  it('of a geostationary satellite lie where its user guide says', async () => {
    const source = await openReal('geotiff/goes.tif');
    // GOES-R Product User Guide, volume 3, 5.1.2.8.2, for a satellite at 75 degrees west; angles times height.
    const [x, y] = projectPoints(CRS84, source.grid.crs)(-84.690932, 33.846162);
    expect(x / 35786023).toBeCloseTo(-0.024052, 6);
    expect(y / 35786023).toBeCloseTo(0.09534, 6);
    await source.close();
  });

  it('with unwritten blocks read as no data or 0', async () => {
    const dem = await openReal('geotiff/abel-tasman-and-golden-bay_2016_dem_1m_BP25_10000_0404.tiff');
    const [parameter] = dem.parameters;
    const { cells } = await dem.read(parameter!, { start: [0, 0], end: parameter!.shape });
    const valid = Array.from(cells.filter((cell) => cell !== -9999 && !Number.isNaN(cell)));
    // The file's own statistics: 0.00002315 per cent of its cells are valid.
    expect(valid).toHaveLength(8);
    // LERC was allowed an error of 0.001.
    expect(Math.min(...valid)).toBeCloseTo(-1.563, 2);
    expect(Math.max(...valid)).toBeCloseTo(-1.509, 2);
    await dem.close();
    const sparse = await openReal('geotiff/sparse.tiff');
    const read = await sparse.read(sparse.parameters[3]!, { start: [0, 0], end: [700, 700] });
    expect(read.cells.every((cell) => cell === 0)).toBe(true);
    await sparse.close();
  });
});

/** The transform is that of the cells' upper left corner. */
function checkPlace({ grid }: Source, transform: readonly number[]): void {
  const [stepX, , left, , stepY, top] = transform as [number, number, number, number, number, number];
  expect(coordinateAt(grid.x, 0)).toBeCloseTo(left + stepX / 2, 1);
  expect(coordinateAt(grid.y, 0)).toBeCloseTo(top + stepY / 2, 1);
  if (grid.crs.kind === 'geographic') expect(coordinateAt(grid.x, 0)).toBeCloseTo(left + stepX / 2, 9);
}
