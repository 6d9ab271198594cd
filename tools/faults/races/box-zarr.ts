import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeArray, groupMetadata, type ZarrArraySpec } from '../../zarr2-writer.js';
import { BOX_PARAMETER, type CellBox, latitudeOf, longitudeOf } from '../box-source.js';

/** Writes the source that `boxSource` is in memory as a Zarr store, for the command line; all cells are `value`. */
export async function writeBoxZarr(folder: string, { row, col }: CellBox, value: number): Promise<void> {
  const [rows, cols] = [indexes(row), indexes(col)];
  const arrays: [ZarrArraySpec, readonly number[]][] = [
    [
      arrayOf(BOX_PARAMETER, { lat: rows.length, lon: cols.length }, { long_name: 'Stamp' }),
      new Array<number>(rows.length * cols.length).fill(value),
    ],
    [arrayOf('lat', { lat: rows.length }, { units: 'degrees_north' }), rows.map(latitudeOf)],
    [arrayOf('lon', { lon: cols.length }, { units: 'degrees_east' }), cols.map(longitudeOf)],
  ];
  const metadata = groupMetadata(
    { Conventions: 'CF-1.8' },
    arrays.map(([spec]) => spec),
  );
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of metadata) await put(join(folder, path), text);
  for (const [spec, cells] of arrays) {
    for (const [path, bytes] of encodeArray(spec, cells)) await put(join(folder, path), bytes);
  }
}

function indexes([start, end]: readonly [number, number]): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function arrayOf(
  name: string,
  sizes: Readonly<Record<string, number>>,
  attributes: Readonly<Record<string, string>>,
): ZarrArraySpec {
  const shape = Object.values(sizes);
  return {
    name,
    dims: Object.keys(sizes),
    shape,
    chunks: shape,
    type: '<f8',
    codec: { id: 'none' },
    fillValue: null,
    attributes,
  };
}

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
