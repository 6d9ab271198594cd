/** Bits of float32: the smallest magnitude that becomes an infinite half, a normal one, and one that is not zero. */
const overflows = 0x477ff000;
const normal = 0x38800000;
const quiet = 0x7e00;
const infinite = 0x7c00;

/**
 * IEEE 754 binary16 of each value, to the nearest, ties to even, as little-endian bytes: eleven bits of precision,
 * infinite from 65520 on, subnormal below 2^-14.
 */
export function halfFloatBytes(values: Float32Array): Uint8Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bytes = new Uint8Array(values.length * 2);
  for (let cell = 0; cell < bits.length; cell++) {
    const half = halfOf(bits[cell]!);
    bytes[2 * cell] = half & 0xff;
    bytes[2 * cell + 1] = half >> 8;
  }
  return bytes;
}

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return quiet;
  if (magnitude >= overflows) return sign | infinite;
  if (magnitude >= normal) {
    // Exponents of half precision are 112 less; a carry out of the mantissa raises the exponent, which is right.
    const odd = (magnitude >>> 13) & 1;
    return sign | ((magnitude - 0x38000000 + 0xfff + odd) >>> 13);
  }
  // Subnormal: the mantissa with its leading one, counted in 2^-24. From 25 places on nothing is left of it.
  const places = 126 - (magnitude >>> 23);
  if (places > 24) return sign;
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const whole = mantissa >>> places;
  const rest = mantissa - (whole << places);
  const tie = 2 ** (places - 1);
  return sign | (whole + (rest > tie || (rest === tie && whole % 2 === 1) ? 1 : 0));
}
