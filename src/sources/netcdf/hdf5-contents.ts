import type { CellType } from '../../raster/index.js';
import { DamageError, type OpenLibrary } from './hdf5-library.js';
import type { Hdf5Metadata } from './hdf5-module.js';
import type { Hdf5Attributes, Hdf5Contents, Hdf5Entry, Hdf5Type } from './hdf5-protocol.js';
import { readTexts } from './hdf5-values.js';
import { TooMuchError } from './too-much-error.js';

// Classes of HDF5 types.
const integerClass = 0;
const floatClass = 1;
const textClass = 3;
const classNames = [
  'integer',
  'float',
  'time',
  'string',
  'bitfield',
  'opaque',
  'compound',
  'reference',
  'enum',
  'vlen',
  'array',
];
const maxObjects = 10_000;
const maxAttributes = 2_000;
const maxAttributeBytes = 1024 * 1024;

/** Describes the data sets of the root group; what is in groups below it is not looked at. */
export function readContents(library: OpenLibrary): Hdf5Contents {
  const { module, file, run } = library;
  const names = run(() => module.get_names(file, '/', false));
  if (names.length > maxObjects) throw new TooMuchError(`root group has ${names.length} members`);
  const entries: Hdf5Entry[] = [];
  const groups: string[] = [];
  for (const name of names) {
    const type = run(() => module.get_type(file, `/${name}`));
    if (type === module.H5G_GROUP) groups.push(name);
    else if (type === module.H5G_DATASET) entries.push(readEntry(library, name));
  }
  return { attributes: readAttributes(library, '/'), entries, groups };
}

function readEntry(library: OpenLibrary, name: string): Hdf5Entry {
  const { module, file, run } = library;
  const path = `/${name}`;
  const metadata = run(() => module.get_dataset_metadata(file, path));
  const shape = metadata.shape ?? undefined;
  if ((shape ?? []).some((length) => !Number.isSafeInteger(length) || length < 0))
    throw new DamageError(`shape of ${name} is no list of lengths`);
  return {
    name,
    type: typeOf(metadata),
    shape,
    isUnlimited: (metadata.maxshape ?? []).map((length) => length >= 2 ** 63),
    chunks: metadata.chunks ?? undefined,
    filters: run(() => module.get_dataset_filters(file, path)).map((filter) => ({
      id: filter.id,
      name: filter.name.slice(0, 40),
    })),
    attributes: readAttributes(library, path),
    scales: readScales(library, path, (shape ?? []).length),
    isVirtual: metadata.virtual_sources !== undefined,
  };
}

/** Paths of the scales of each dimension; all that the data set refers to have to be found. */
function readScales(library: OpenLibrary, path: string, rank: number): string[][] {
  const { module, file, run } = library;
  const scales: string[][] = [];
  for (let d = 0; d < rank; d++) scales.push(run(() => module.get_attached_scales(file, path, d)));
  const stated = readScaleCounts(library, path);
  const isWhole = scales.every((paths, d) => paths.length === (stated?.[d] ?? 0) && !paths.includes(''));
  if (!isWhole) throw new DamageError(`dimension scales of ${path} cannot be found`);
  return scales;
}

/** The call that finds scales keeps its failures to itself: how many there have to be is in an attribute. */
function readScaleCounts({ module, file, run }: OpenLibrary, path: string): number[] | undefined {
  const name = 'DIMENSION_LIST';
  if (!run(() => module.get_attribute_names(file, path)).includes(name)) return undefined;
  const { size, total_size } = run(() => module.get_attribute_metadata(file, path, name));
  if (size !== 8 || !(total_size <= maxAttributes)) throw new DamageError(`${name} of ${path} is no list`);
  const at = module._malloc(size * total_size);
  if (at === 0) throw new TooMuchError('no memory for an attribute');
  try {
    run(() => module.get_attribute_data(file, path, name, BigInt(at)));
    // Each entry is a length and a pointer.
    const words = new Uint32Array(module.HEAPU8.slice(at, at + size * total_size).buffer);
    run(() => module.reclaim_vlen_memory(file, path, name, BigInt(at)));
    return Array.from({ length: total_size }, (_, d) => words[2 * d]!);
  } finally {
    module._free(at);
  }
}

function typeOf(metadata: Hdf5Metadata): Hdf5Type {
  const { type, size, signed, vlen } = metadata;
  const bits = size * 8;
  if (type === textClass) return { kind: 'known', element: { kind: 'text' }, bytes: size, isVariable: vlen };
  const isCell = type === integerClass ? bits <= 32 : type === floatClass && bits >= 32;
  const name = type === integerClass ? `${signed ? '' : 'u'}int${bits}` : `float${bits}`;
  const isWhole = [8, 16, 32, 64].includes(bits);
  if (isWhole && isCell)
    return {
      kind: 'known',
      element: { kind: 'cell', type: name as CellType },
      bytes: size,
      isVariable: false,
    };
  if (type === integerClass && bits === 64)
    return {
      kind: 'known',
      element: { kind: 'big', type: signed ? 'int64' : 'uint64' },
      bytes: 8,
      isVariable: false,
    };
  const isNumber = type === integerClass || type === floatClass;
  return { kind: 'other', name: isNumber ? name : (classNames[type] ?? `class ${type}`) };
}

function readAttributes(library: OpenLibrary, path: string): Hdf5Attributes {
  const { module, file, run } = library;
  const names = run(() => module.get_attribute_names(file, path));
  if (names.length > maxAttributes) throw new TooMuchError(`${path} has ${names.length} attributes`);
  const attributes: [string, string | number | (string | number)[]][] = [];
  let bytes = 0;
  for (const name of names) {
    const metadata = run(() => module.get_attribute_metadata(file, path, name));
    if (metadata.shape === null || typeOf(metadata).kind === 'other') continue;
    bytes += metadata.size * metadata.total_size;
    if (!(bytes <= maxAttributeBytes)) throw new TooMuchError(`attributes of ${path} are too large`);
    const values = readAttribute(library, { path, name, metadata });
    attributes.push([name, values.length === 1 ? values[0]! : values]);
  }
  return Object.fromEntries(attributes);
}

function readAttribute(
  { module, file, run }: OpenLibrary,
  { path, name, metadata }: { readonly path: string; readonly name: string; readonly metadata: Hdf5Metadata },
): (string | number)[] {
  const length = metadata.size * metadata.total_size;
  if (length === 0) return [];
  const at = module._malloc(length);
  if (at === 0) throw new TooMuchError('no memory for an attribute');
  try {
    run(() => module.get_attribute_data(file, path, name, BigInt(at)));
    if (metadata.type === textClass) {
      const texts = readTexts(module, { at, length, width: metadata.vlen ? undefined : metadata.size });
      if (metadata.vlen) run(() => module.reclaim_vlen_memory(file, path, name, BigInt(at)));
      return texts;
    }
    return numbersOf(module.HEAPU8.slice(at, at + length), metadata);
  } finally {
    module._free(at);
  }
}

function numbersOf(bytes: Uint8Array, { type, size, signed }: Hdf5Metadata): (string | number)[] {
  const view = new DataView(bytes.buffer);
  const numbers: (string | number)[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    if (type === floatClass) numbers.push(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
    else if (size === 8) {
      const value = signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
      numbers.push(Number.isSafeInteger(Number(value)) ? Number(value) : String(value));
    } else numbers.push(smallInteger(view, at, { size, signed }));
  }
  return numbers;
}

function smallInteger(
  view: DataView,
  at: number,
  { size, signed }: { readonly size: number; readonly signed: boolean },
): number {
  if (size === 1) return signed ? view.getInt8(at) : view.getUint8(at);
  if (size === 2) return signed ? view.getInt16(at, true) : view.getUint16(at, true);
  return signed ? view.getInt32(at, true) : view.getUint32(at, true);
}
