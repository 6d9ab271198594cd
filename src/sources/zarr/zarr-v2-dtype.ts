import { type ErrorFields, UnsupportedError } from '../../errors/index.js';
import type { CellType } from '../../raster/index.js';
import type { ElementType } from './zarr-metadata.js';

/** A numpy type: byte order, bytes of one element, what it is here. */
export interface ParsedDtype {
  readonly endian: 'little' | 'big';
  readonly bytes: number;
  readonly element: ElementType;
}

const cellTypes: Readonly<Record<string, CellType>> = {
  b1: 'uint8',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  f4: 'float32',
  f8: 'float64',
};

/** Reads '<f4', '|S5', '>i2'; refuses by name what has no place in a grid. */
export function parseDtype(value: unknown, fields: ErrorFields): ParsedDtype {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const match = /^([<>|])([a-zA-Z])(\d{0,6})(\[\w+\])?$/.exec(text ?? '');
  if (match === null)
    throw new UnsupportedError('data type is not supported', { ...fields, dtype: clip(text) });
  const [, order, kind = '', size = ''] = match;
  const endian = order === '>' ? 'big' : 'little';
  const type = cellTypes[kind + size];
  if (type !== undefined) return { endian, bytes: Number(size), element: { kind: 'cell', type } };
  if (kind + size === 'i8') return { endian, bytes: 8, element: { kind: 'big', type: 'int64' } };
  if (kind + size === 'u8') return { endian, bytes: 8, element: { kind: 'big', type: 'uint64' } };
  if (kind === 'U' && Number(size) > 0)
    return { endian, bytes: 4 * Number(size), element: fixedText('utf-32', 4 * Number(size)) };
  if (kind === 'S' && Number(size) > 0)
    return { endian, bytes: Number(size), element: fixedText('latin-1', Number(size)) };
  if (kind === 'O') return { endian, bytes: 1, element: { kind: 'text' } };
  throw new UnsupportedError('data type is not supported', { ...fields, dtype: clip(text) });
}

function fixedText(encoding: 'utf-32' | 'latin-1', bytes: number): ElementType {
  return { kind: 'fixed-text', encoding, bytes };
}

function clip(text: string | undefined): string {
  return (text ?? 'undefined').slice(0, 60);
}
