import { DamageError, type OpenLibrary } from './hdf5-library.js';
import type { Hdf5Module } from './hdf5-module.js';
import type { Hdf5Request } from './hdf5-protocol.js';
import { decodeText, splitText } from './netcdf-text.js';
import { TooMuchError } from './too-much-error.js';

const maxTextBytes = 16 * 1024 * 1024;

/** Elements of a block of a data set, as little-endian bytes. */
export function readBlock(
  { module, file, run }: OpenLibrary,
  { name, start, count, elementBytes }: Extract<Hdf5Request, { kind: 'bytes' }>,
): Uint8Array {
  const length = count.reduce((product, size) => product * size, elementBytes);
  const at = module._malloc(length);
  if (at === 0) throw new TooMuchError('no memory for the cells asked for');
  try {
    // Cells the library fails to write to must not show what was in memory.
    module.HEAPU8.fill(0, at, at + length);
    const block = start.length === 0 ? [null, null, null] : [count, start, start.map(() => 1)];
    const [counts, offsets, strides] = block.map((list) => list?.map(BigInt) ?? null);
    const status = run(() =>
      module.get_dataset_data(file, `/${name}`, counts!, offsets!, strides!, BigInt(at)),
    );
    if (status < 0) throw new DamageError('the cells cannot be read');
    return module.HEAPU8.slice(at, at + length);
  } finally {
    module._free(at);
  }
}

/** All texts of a text data set. */
export function readTextVariable(
  library: OpenLibrary,
  { name, width }: Extract<Hdf5Request, { kind: 'texts' }>,
): string[] {
  const { module, file, run } = library;
  const { size, total_size } = run(() => module.get_dataset_metadata(file, `/${name}`));
  const length = size * total_size;
  if (!(length <= maxTextBytes)) throw new TooMuchError(`${name} has too much text`);
  const at = module._malloc(length);
  if (at === 0) throw new TooMuchError('no memory for text');
  try {
    module.HEAPU8.fill(0, at, at + length);
    const status = run(() => module.get_dataset_data(file, `/${name}`, null, null, null, BigInt(at)));
    if (status < 0) throw new DamageError('text cannot be read');
    const texts = readTexts(module, { at, length, width });
    if (width === undefined) run(() => module.reclaim_vlen_memory(file, `/${name}`, '', BigInt(at)));
    return texts.map((text) => text.trimEnd());
  } finally {
    module._free(at);
  }
}

/** Texts in the library's memory: of `width` bytes each, or behind pointers and ended by a zero. */
export function readTexts(
  { HEAPU8 }: Hdf5Module,
  { at, length, width }: { readonly at: number; readonly length: number; readonly width: number | undefined },
): string[] {
  if (width !== undefined) return splitText(HEAPU8.subarray(at, at + length), width).map(untilZero);
  const pointers = new Uint32Array(HEAPU8.slice(at, at + length).buffer);
  let bytes = 0;
  return Array.from(pointers, (pointer) => {
    if (pointer === 0) return '';
    const end = HEAPU8.indexOf(0, pointer);
    bytes += end - pointer;
    if (end < 0 || bytes > maxTextBytes) throw new TooMuchError('too much text');
    return decodeText(HEAPU8.subarray(pointer, end));
  });
}

function untilZero(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
