import { type InstalledProgram, outputOf } from '../installed-program.js';

/** The programs of the netCDF library. */
export const netcdfTools: InstalledProgram = { command: ['ncgen', '-h'], debianPackage: 'netcdf-bin' };

/** A file as ncdump prints it. */
export interface Cdl {
  /** Dimensions of each variable. */
  readonly dimensions: ReadonlyMap<string, readonly string[]>;
  /** Attributes by `variable:name`, or `:name` of the file, as CDL writes them. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Values of each variable that holds numbers; NaN where there is no data. */
  readonly numbers: ReadonlyMap<string, readonly number[]>;
  /** Values of each variable that holds texts. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

/** Reads a file with ncdump, all digits of its numbers. */
export function readCdl(path: string): Cdl {
  const [header = '', data = ''] = outputOf('ncdump', ['-p', '9,17', path]).split('\ndata:\n');
  const values = data
    .replace(/}\s*$/, '')
    .split(/ ;\n/)
    .map((text) => text.split(/ =\s/, 2))
    .filter((parts): parts is [string, string] => parts.length === 2)
    .map(([name, list]) => [unescaped(name), list.trim()] as const);
  return {
    dimensions: new Map(
      [...header.matchAll(/^\t(?:char|byte|short|int|int64|float|double) (.+)\((.*)\) ;$/gm)].map(
        ([, name = '', list = '']) => [unescaped(name), list.split(', ').map(unescaped)],
      ),
    ),
    attributes: new Map(
      [...header.matchAll(/^\t\t(.*:\S+) = ((?:.|\n)*?) ;$/gm)].map(([, name = '', text = '']) => [
        unescaped(name),
        text,
      ]),
    ),
    numbers: new Map(
      values
        .filter(([, list]) => !list.startsWith('"'))
        .map(([name, list]) => [name, list.split(',').map((text) => numberOf(text.trim()))]),
    ),
    texts: new Map(
      values
        .filter(([, list]) => list.startsWith('"'))
        .map(([name, list]) => [name, [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((one) => one[1]!)]),
    ),
  };
}

function unescaped(name: string): string {
  return name.trim().replace(/\\(.)/g, '$1');
}

/** `_` is the value of _FillValue. */
function numberOf(text: string): number {
  return text === '_' || /^NaNf?$/.test(text) ? Number.NaN : Number(text);
}
