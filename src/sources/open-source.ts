import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundError, UnavailableError, UnsupportedError } from '../errors/index.js';
import { openGeoTiff } from './geotiff/geotiff-source.js';
import { openMosaic } from './geotiff/mosaic-source.js';
import { isHdf5 } from './netcdf/hdf5-signature.js';
import { openNetcdf4, openNetcdfClassic } from './netcdf/open-netcdf.js';
import type { OpenSourceOptions, Source } from './source.js';
import { openZarr } from './zarr/zarr-source.js';

// First bytes in hexadecimal.
const signatures: readonly (readonly [string, string])[] = [
  ['49492a00', 'GeoTIFF'],
  ['4d4d002a', 'GeoTIFF'],
  ['49492b00', 'GeoTIFF (BigTIFF)'],
  ['4d4d002b', 'GeoTIFF (BigTIFF)'],
  ['89484446', 'NetCDF-4 or HDF5'],
  ['434446', 'NetCDF classic'],
  ['47524942', 'GRIB'],
  ['504b', 'a zip archive'],
  ['1f8b', 'a gzip file'],
  ['7b', 'JSON'],
];
const zarrDocuments: readonly string[] = ['zarr.json', '.zmetadata', '.zgroup', '.zarray'];

/**
 * Opens gridded data to be read in windows: a directory that is a Zarr group of version 2 or 3 or holds GeoTIFF
 * files, or a GeoTIFF or NetCDF file, known by its first bytes.
 * Throws: NotFoundError when nothing is there, UnsupportedError naming what it looks like otherwise.
 */
export async function openSource(location: string, options: OpenSourceOptions): Promise<Source> {
  options.signal?.throwIfAborted();
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location))
    throw new UnsupportedError('remote sources are not supported', { location, expected: 'a directory' });
  const found = await stat(location).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new NotFoundError('no such source', { location });
    throw new UnavailableError('source cannot be read', { location, reason: String(code) }, { cause });
  });
  if (found.isDirectory()) return openDirectory(location, options);
  const looksLike = found.isFile() ? await sniff(location) : 'no regular file';
  if (looksLike.startsWith('GeoTIFF'))
    return options.timePattern === undefined
      ? openGeoTiff(location, options)
      : openMosaic([location], options);
  if (looksLike === 'NetCDF classic') return openNetcdfClassic(location, options);
  if (found.isFile() && (await isHdf5(location))) return openNetcdf4(location, options);
  throw new UnsupportedError('kind of source is not supported', {
    location,
    looksLike,
    expected: 'a .zarr directory, a GeoTIFF or a NetCDF file',
  });
}

/** A directory of GeoTIFF files is one source; every other has to be a Zarr group. */
async function openDirectory(location: string, options: OpenSourceOptions): Promise<Source> {
  const names = await readdir(location).catch((cause: unknown) => {
    throw new UnavailableError('source cannot be read', { location }, { cause });
  });
  const files = names.filter((name) => /^[^.].*\.tiff?$/i.test(name));
  const isZarr = names.some((name) => zarrDocuments.includes(name));
  if (isZarr || files.length === 0) return openZarr(location, options);
  return openMosaic(
    files.map((name) => join(location, name)),
    options,
  );
}

async function sniff(path: string): Promise<string> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new UnavailableError('source cannot be read', { path }, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(8), 0, 8, 0);
    const head = Buffer.from(buffer.subarray(0, bytesRead)).toString('hex');
    return signatures.find(([prefix]) => head.startsWith(prefix))?.[1] ?? 'no format known here';
  } finally {
    await file.close();
  }
}
