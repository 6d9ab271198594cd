import type { InstalledProgram } from '../installed-program.js';
import { outputOf } from '../installed-program.js';

/** The programs of GDAL. */
export const gdal: InstalledProgram = { command: ['gdalinfo', '--version'], debianPackage: 'gdal-bin' };

/** As much of what gdalinfo says as tests look at. */
export interface GdalInfo {
  readonly driverShortName: string;
  readonly size: readonly [number, number];
  readonly geoTransform: readonly number[];
  readonly coordinateSystem?: { readonly wkt: string };
  readonly metadata: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly bands: readonly {
    readonly type: string;
    readonly description?: string;
    readonly noDataValue?: number | string;
    readonly unit?: string;
    readonly metadata?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  }[];
}

/** A file, or a variable of one (`NETCDF:"path":name`), as gdalinfo describes it. */
export function gdalInfo(name: string): GdalInfo {
  // gdalinfo prints nan bare, which JSON does not have.
  return JSON.parse(outputOf('gdalinfo', ['-json', name]).replace(/:\s*(-?(?:nan|inf))\b/gi, ':"$1"'));
}

/** Values of every band at pixels (column, row), `[band][pixel]`; NaN where there is no data. */
export function gdalPixels(
  name: string,
  pixels: readonly (readonly [number, number])[],
  options: readonly string[] = [],
): number[][] {
  const input = pixels.map((pixel) => `${pixel.join(' ')}\n`).join('');
  const lines = outputOf('gdallocationinfo', ['-valonly', ...options, name], input)
    .trim()
    .split('\n');
  const bands = lines.length / pixels.length;
  return Array.from({ length: bands }, (_, band) =>
    pixels.map((_, i) => {
      const line = lines[i * bands + band]!;
      return line === 'nan' ? Number.NaN : Number(line);
    }),
  );
}

/** Values of every band, `[band][row, column]` from north to south and west to east. */
export function gdalValues(name: string, [width, height]: readonly [number, number]): number[][] {
  const pixels = Array.from(
    { length: width * height },
    (_, i) => [i % width, Math.floor(i / width)] as const,
  );
  return gdalPixels(name, pixels);
}
