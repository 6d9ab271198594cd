import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { crc32c } from '../../../src/bytes/index.js';
import { openSource } from '../../../src/sources/index.js';
import { type Random, randomBelow } from '../../random.js';
import type { FuzzAttempt, FuzzTarget } from './fuzz-target.js';
import { mutateBytes, mutateJson } from './mutations.js';

const MAX_CHUNK_BYTES = 4 * 2 ** 20;
/** Of a file's bytes these come first in turn: headers and directories, not cells. */
const HEADER_REACH = 2048;
const MAX_SEED_BYTES = 64 * 2 ** 10;
const FIXTURES = resolve(import.meta.dirname, '../../../test/sources/netcdf/fixtures');
const GEOTIFFS = resolve(import.meta.dirname, '../../../../shared/data/geotiff-matrix');

/** A Zarr store by path: JSON documents and chunks. */
type Store = ReadonlyMap<string, unknown>;

/** Zarr of version 2: metadata and chunks. */
export const zarr2Target: FuzzTarget = zarrTarget('zarr2', [zarr2Store(false), zarr2Store(true)]);
/** Zarr of version 3: metadata, chunks, shards. */
export const zarr3Target: FuzzTarget = zarrTarget('zarr3', [zarr3Store(false), zarr3Store(true)]);

/** GeoTIFF headers, directories and blocks. */
export const geotiffTarget: FuzzTarget = fileTarget('geotiff', () => [
  ...ownTiffs(),
  ...smallFiles(GEOTIFFS, /\.tif$/, 130 * 2 ** 10),
]);
/** NetCDF classic headers. */
export const netcdfTarget: FuzzTarget = fileTarget('netcdf', () =>
  smallFiles(FIXTURES, /\.nc$/, MAX_SEED_BYTES).filter((bytes) => bytes[0] === 0x43),
);
/** HDF5 files, which a worker of their own reads. */
export const hdf5Target: FuzzTarget = fileTarget('hdf5', () =>
  smallFiles(FIXTURES, /\.(nc|h5)$/, MAX_SEED_BYTES).filter((bytes) => bytes[0] === 0x89),
);

function fileTarget(name: string, seeds: () => readonly Uint8Array[]): FuzzTarget {
  return {
    name,
    async prepare(folder): Promise<FuzzAttempt> {
      const files = seeds();
      const path = join(folder, 'fuzzed');
      return async (random) => {
        const bytes = files[randomBelow(random, files.length)]!;
        const other = files[randomBelow(random, files.length)]!;
        const reach = random() < 0.6 ? HEADER_REACH : bytes.length;
        await writeFile(path, mutateBytes(bytes, { random, other, reach }));
        await readSource(path);
      };
    },
  };
}

function zarrTarget(name: string, stores: readonly Store[]): FuzzTarget {
  return {
    name,
    async prepare(folder): Promise<FuzzAttempt> {
      const roots = stores.map((_, i) => join(folder, `fuzzed-${i}.zarr`));
      for (const [i, store] of stores.entries()) await writeStore(roots[i]!, [...store].map(encodeFile));
      return async (random) => {
        const which = randomBelow(random, stores.length);
        const store = stores[which]!;
        const changed = mutateStore(store, random);
        await writeStore(roots[which]!, changed);
        try {
          await readSource(roots[which]!);
        } finally {
          await writeStore(
            roots[which]!,
            changed.map(([path]) => encodeFile([path, store.get(path)])),
          );
        }
      };
    },
  };
}

type StoredFile = readonly [path: string, bytes: Uint8Array];

function encodeFile([path, content]: readonly [string, unknown]): StoredFile {
  return [path, content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))];
}

async function writeStore(root: string, files: readonly StoredFile[]): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
}

/** One file of the store changed, sometimes two. */
function mutateStore(store: Store, random: Random): StoredFile[] {
  const paths = [...store.keys()];
  const changed = new Set([
    paths[randomBelow(random, paths.length)]!,
    paths[randomBelow(random, paths.length)]!,
  ]);
  return [...changed].map((path) => {
    const content = store.get(path);
    const [, bytes] = encodeFile([path, content]);
    if (content instanceof Uint8Array || random() < 0.15)
      return [path, mutateBytes(bytes, { random, other: bytes })];
    return [path, Buffer.from(JSON.stringify(mutateJson(content, random)) ?? '')];
  });
}

/** As far as it goes: the metadata, then the first chunk of each parameter, as a writer asks for it. */
async function readSource(path: string): Promise<void> {
  const source = await openSource(path, { maxChunkBytes: MAX_CHUNK_BYTES });
  try {
    for (const parameter of source.parameters.slice(0, 3)) {
      const start = parameter.shape.map(() => 0);
      const end = parameter.shape.map((length, d) => Math.min(length, parameter.chunkShape[d]!));
      await source.read(parameter, { start, end });
    }
  } finally {
    await source.close();
  }
}

function smallFiles(folder: string, pattern: RegExp, maxBytes: number): Uint8Array[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => Uint8Array.from(readFileSync(join(folder, name))))
    .filter((bytes) => bytes.length <= maxBytes);
}

function axisValues(count: number): Buffer {
  return Buffer.from(Float64Array.from({ length: count }, (_, i) => 10 + i).buffer);
}

function cellValues(count: number): Buffer {
  return Buffer.from(Float32Array.from({ length: count }, (_, i) => Math.sin(i)).buffer);
}

function zarr2Store(isConsolidated: boolean): Store {
  const array = (shape: number[], chunks: number[], dtype: string, compressor: unknown) => ({
    zarr_format: 2,
    shape,
    chunks,
    dtype,
    compressor,
    fill_value: dtype === '<f4' ? 'NaN' : null,
    order: 'C',
    filters: null,
  });
  const attributes = (names: string[], more: Record<string, unknown> = {}) => ({
    _ARRAY_DIMENSIONS: names,
    ...more,
  });
  const zlib = { id: 'zlib', level: 1 };
  const documents: [string, unknown][] = [
    ['.zgroup', { zarr_format: 2 }],
    ['.zattrs', { Conventions: 'CF-1.8' }],
    ['lon/.zarray', array([8], [8], '<f8', null)],
    ['lon/.zattrs', attributes(['lon'], { units: 'degrees_east', standard_name: 'longitude' })],
    ['lat/.zarray', array([4], [4], '<f8', null)],
    ['lat/.zattrs', attributes(['lat'], { units: 'degrees_north', standard_name: 'latitude' })],
    ['time/.zarray', array([2], [2], '<f8', null)],
    ['time/.zattrs', attributes(['time'], { units: 'hours since 2000-01-01', calendar: 'standard' })],
    ['t2m/.zarray', array([2, 4, 8], [1, 4, 5], '<f4', zlib)],
    [
      't2m/.zattrs',
      attributes(['time', 'lat', 'lon'], { units: 'K', scale_factor: 1, add_offset: 0, missing_value: -999 }),
    ],
    ['count/.zarray', array([4, 8], [4, 8], '<i2', { id: 'gzip', level: 1 })],
    ['count/.zattrs', attributes(['lat', 'lon'], { _FillValue: -1 })],
  ];
  const store = new Map<string, unknown>(documents);
  if (isConsolidated) {
    store.set('.zmetadata', { zarr_consolidated_format: 1, metadata: Object.fromEntries(documents) });
  }
  store.set('lon/0', axisValues(8));
  store.set('lat/0', axisValues(4));
  store.set('time/0', axisValues(2));
  for (const key of ['0.0.0', '0.0.1', '1.0.0', '1.0.1'])
    store.set(`t2m/${key}`, deflateSync(cellValues(20)));
  store.set('count/0.0', gzipSync(Buffer.from(Int16Array.from({ length: 32 }, (_, i) => i).buffer)));
  return store;
}

function zarr3Store(isSharded: boolean): Store {
  const bytes = { name: 'bytes', configuration: { endian: 'little' } };
  const array = (
    shape: number[],
    chunks: number[],
    { type, dims, codecs = [bytes], attributes = {} }: Zarr3Array,
  ) => ({
    zarr_format: 3,
    node_type: 'array',
    shape,
    data_type: type,
    chunk_grid: { name: 'regular', configuration: { chunk_shape: chunks } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    fill_value: type === 'float32' ? 'NaN' : 0,
    codecs,
    dimension_names: dims,
    attributes,
  });
  const gzip = { name: 'gzip', configuration: { level: 1 } };
  const shards = {
    name: 'sharding_indexed',
    configuration: {
      chunk_shape: [2, 4],
      codecs: [bytes, gzip],
      index_codecs: [bytes, { name: 'crc32c' }],
      index_location: 'end',
    },
  };
  const cells = { type: 'float32', dims: ['lat', 'lon'], attributes: { units: 'K' } };
  const store = new Map<string, unknown>([
    ['zarr.json', { zarr_format: 3, node_type: 'group', attributes: { Conventions: 'CF-1.8' } }],
    [
      'lon/zarr.json',
      array([8], [8], { type: 'float64', dims: ['lon'], attributes: { units: 'degrees_east' } }),
    ],
    [
      'lat/zarr.json',
      array([4], [4], { type: 'float64', dims: ['lat'], attributes: { units: 'degrees_north' } }),
    ],
    [
      't2m/zarr.json',
      array([4, 8], [4, 8], { ...cells, codecs: isSharded ? [shards] : [bytes, gzip, { name: 'crc32c' }] }),
    ],
  ]);
  store.set('lon/c/0', axisValues(8));
  store.set('lat/c/0', axisValues(4));
  store.set('t2m/c/0/0', isSharded ? shard() : withChecksum(gzipSync(cellValues(32))));
  return store;
}

interface Zarr3Array {
  readonly type: string;
  readonly dims: readonly string[];
  readonly codecs?: readonly unknown[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Four chunks, then where each lies, then the checksum of that. */
function shard(): Buffer {
  const chunks = Array.from({ length: 4 }, () => gzipSync(cellValues(8)));
  const index = Buffer.alloc(4 * 16);
  let at = 0;
  chunks.forEach((chunk, i) => {
    index.writeBigUInt64LE(BigInt(at), i * 16);
    index.writeBigUInt64LE(BigInt(chunk.length), i * 16 + 8);
    at += chunk.length;
  });
  return Buffer.concat([...chunks, withChecksum(index)]);
}

function withChecksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32c(bytes));
  return Buffer.concat([bytes, sum]);
}

/** Small TIFF files of either byte order: one strip, and tiles packed with deflate. */
function ownTiffs(): Uint8Array[] {
  return [true, false].flatMap((isLittle) => [
    tiff({ isLittle, isTiled: false }),
    tiff({ isLittle, isTiled: true }),
  ]);
}

function tiff({ isLittle, isTiled }: { isLittle: boolean; isTiled: boolean }): Uint8Array {
  const side = 16;
  const cells = Buffer.from(Uint8Array.from({ length: side * side }, (_, i) => i % 97));
  const block = isTiled ? deflateSync(cells) : cells;
  const entries: [tag: number, type: number, values: number[]][] = [
    [256, 4, [side]],
    [257, 4, [side]],
    [258, 3, [8]],
    [259, 3, [isTiled ? 8 : 1]],
    [262, 3, [1]],
    [277, 3, [1]],
    ...((isTiled
      ? [
          [322, 4, [side]],
          [323, 4, [side]],
          [324, 4, [8]],
          [325, 4, [block.length]],
        ]
      : [
          [273, 4, [8]],
          [278, 4, [side]],
          [279, 4, [block.length]],
        ]) as [number, number, number[]][]),
    [339, 3, [1]],
    [33550, 12, [10, 10, 0]],
    [33922, 12, [0, 0, 0, 500000, 5000000, 0]],
    [34735, 3, [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32633]],
  ];
  entries.sort(([a], [b]) => a - b);
  const bytes = Buffer.alloc(8 + block.length + 2 + entries.length * 12 + 4 + 1024);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes.write(isLittle ? 'II' : 'MM', 0, 'latin1');
  view.setUint16(2, 42, isLittle);
  const directoryAt = 8 + block.length + (block.length % 2);
  view.setUint32(4, directoryAt, isLittle);
  bytes.set(block, 8);
  view.setUint16(directoryAt, entries.length, isLittle);
  let valuesAt = directoryAt + 2 + entries.length * 12 + 4;
  for (const [i, [tag, type, values]] of entries.entries()) {
    const at = directoryAt + 2 + i * 12;
    const width = type === 12 ? 8 : type === 4 ? 4 : 2;
    view.setUint16(at, tag, isLittle);
    view.setUint16(at + 2, type, isLittle);
    view.setUint32(at + 4, values.length, isLittle);
    const isInline = width * values.length <= 4;
    if (!isInline) view.setUint32(at + 8, valuesAt, isLittle);
    const first = isInline ? at + 8 : valuesAt;
    values.forEach((value, k) => {
      if (width === 8) view.setFloat64(first + k * 8, value, isLittle);
      else if (width === 4) view.setUint32(first + k * 4, value, isLittle);
      else view.setUint16(first + k * 2, value, isLittle);
    });
    if (!isInline) valuesAt += width * values.length;
  }
  return Uint8Array.from(bytes.subarray(0, valuesAt));
}
