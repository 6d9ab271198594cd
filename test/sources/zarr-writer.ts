import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** One array to be written raw, in one chunk unless `files` says otherwise. */
export interface ArrayPlan {
  readonly dims?: readonly (string | null)[];
  readonly shape: readonly number[];
  readonly attributes?: Record<string, unknown>;
  /** Members of the metadata document that replace the usual ones. */
  readonly document?: Record<string, unknown>;
  /** Cells of the one chunk. */
  readonly cells?: readonly number[];
  /** Chunk files by key below the array's folder. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** numpy type, of either byte order. */
  readonly dtype?: string;
}

/** Arrays by name. */
export type StorePlan = Readonly<Record<string, ArrayPlan>>;

const temporary: string[] = [];

/** A directory that `removeDirectories` takes away again. */
export async function makeDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tilecurve-sources-'));
  temporary.push(path);
  return path;
}

/** Removes what `makeDirectory` made. */
export async function removeDirectories(): Promise<void> {
  for (const path of temporary.splice(0)) await rm(path, { recursive: true, force: true });
}

/** Writes a version 2 group without consolidated metadata; answers its path. */
export async function writeV2(plan: StorePlan, attributes: Record<string, unknown> = {}): Promise<string> {
  const root = await makeDirectory();
  await writeJson(root, '.zgroup', { zarr_format: 2 });
  await writeJson(root, '.zattrs', attributes);
  for (const [name, array] of Object.entries(plan)) {
    await writeJson(root, `${name}/.zarray`, {
      zarr_format: 2,
      shape: array.shape,
      chunks: array.shape,
      dtype: array.dtype ?? '<f8',
      compressor: null,
      fill_value: null,
      order: 'C',
      filters: null,
      ...array.document,
    });
    await writeJson(root, `${name}/.zattrs`, { _ARRAY_DIMENSIONS: array.dims, ...array.attributes });
    await writeChunks(root, name, { key: array.shape.map(() => 0).join('.') || '0', array });
  }
  return root;
}

/** Writes a version 3 group without consolidated metadata; answers its path. */
export async function writeV3(plan: StorePlan): Promise<string> {
  const root = await makeDirectory();
  await writeJson(root, 'zarr.json', { zarr_format: 3, node_type: 'group', attributes: {} });
  for (const [name, array] of Object.entries(plan)) {
    await writeJson(root, `${name}/zarr.json`, {
      zarr_format: 3,
      node_type: 'array',
      shape: array.shape,
      data_type: 'float64',
      chunk_grid: { name: 'regular', configuration: { chunk_shape: array.shape } },
      chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
      fill_value: 0,
      codecs: [{ name: 'bytes', configuration: { endian: 'little' } }],
      attributes: array.attributes ?? {},
      dimension_names: array.dims,
      ...array.document,
    });
    await writeChunks(root, name, { key: ['c', ...array.shape.map(() => 0)].join('/'), array });
  }
  return root;
}

/** Writes one JSON document below a root. */
export async function writeJson(root: string, key: string, document: unknown): Promise<void> {
  await writeBytes(root, key, Buffer.from(JSON.stringify(document)));
}

/** Writes one file below a root. */
export async function writeBytes(root: string, key: string, bytes: Uint8Array): Promise<void> {
  const path = join(root, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** Cells as bytes of a numpy type. */
export function bytesOf(cells: readonly number[], dtype = '<f8'): Uint8Array {
  const bytes = Buffer.alloc(cells.length * Number(dtype.slice(2)));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const isLittle = dtype[0] !== '>';
  cells.forEach((cell, i) => {
    if (dtype.endsWith('f8')) view.setFloat64(i * 8, cell, isLittle);
    else if (dtype.endsWith('f4')) view.setFloat32(i * 4, cell, isLittle);
    else if (dtype.endsWith('i8')) view.setBigInt64(i * 8, BigInt(cell), isLittle);
    else if (dtype.endsWith('i2')) view.setInt16(i * 2, cell, isLittle);
    else if (dtype.endsWith('i4')) view.setInt32(i * 4, cell, isLittle);
    else view.setUint8(i, cell);
  });
  return bytes;
}

/** Latitudes and longitudes for a data variable over (lat 2, lon 3). */
export const places: StorePlan = {
  lat: { dims: ['lat'], shape: [2], cells: [50, 40], attributes: { units: 'degrees_north' } },
  lon: { dims: ['lon'], shape: [3], cells: [10, 20, 30], attributes: { units: 'degrees_east' } },
};

async function writeChunks(
  root: string,
  name: string,
  { key, array }: { readonly key: string; readonly array: ArrayPlan },
): Promise<void> {
  if (array.cells !== undefined) await writeBytes(root, `${name}/${key}`, bytesOf(array.cells, array.dtype));
  for (const [file, bytes] of Object.entries(array.files ?? {}))
    await writeBytes(root, `${name}/${file}`, bytes);
}
