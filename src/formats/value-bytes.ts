import type { CoverageParameter } from './coverage.js';

/** How values are stored where each takes as many bytes as any other. */
export type FloatType = 'float32' | 'float64';

/** The smaller type that keeps every value; whole numbers are doubles too, for missing ones are NaN. */
export function floatTypeOf({ precision }: CoverageParameter): FloatType {
  return precision === 'float32' ? 'float32' : 'float64';
}

/** Bytes of one value. */
export function sizeOfFloat(type: FloatType): number {
  return type === 'float32' ? 4 : 8;
}

/** Values as little-endian bytes, which may be those of `values` itself: not to be written to. */
export function littleEndianBytes(values: Float64Array | Float32Array, type: FloatType): Uint8Array {
  const stored = storedAs(values, type);
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

/** Values as big-endian bytes of their own. */
export function bigEndianBytes(values: Float64Array | Float32Array, type: FloatType): Uint8Array {
  const bytes = Buffer.from(littleEndianBytes(values, type));
  return type === 'float32' ? bytes.swap32() : bytes.swap64();
}

function storedAs(values: Float64Array | Float32Array, type: FloatType): Float64Array | Float32Array {
  if (type === 'float32') return values instanceof Float32Array ? values : new Float32Array(values);
  return values instanceof Float64Array ? values : new Float64Array(values);
}
