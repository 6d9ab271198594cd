import { InvalidArgumentError } from '../errors/index.js';
import type { CurveName, CurveSpec } from './curve.js';

/** Bits of an index: sums stay safe integers with one bit to spare. */
const maxIndexBits = 52;
const curveNames: readonly CurveName[] = ['hilbert', 'zorder', 'rowmajor'];
const dimensionLimits = { min: 2, max: 4 };
/** Order of a Hilbert curve by its number of dimensions, unless the sizes need more. */
const hilbertOrders: Readonly<Record<number, number>> = { 2: 20, 3: 16, 4: 12 };
/** Bits left free in each dimension of the other curves, so that a layer can grow 16-fold. */
const headroomBits = 4;

/** Reads the name of a curve. Throws InvalidArgumentError naming the known ones. */
export function parseCurveName(text: string): CurveName {
  const name = curveNames.find((known) => known === text);
  if (name !== undefined) return name;
  throw new InvalidArgumentError('unknown curve', { found: text, expected: curveNames.join(', ') });
}

/** Checks what came from a manifest or an option; returns the spec for use in an expression. */
export function checkCurveSpec(spec: CurveSpec): CurveSpec {
  const { bits } = spec;
  const name = parseCurveName(spec.name);
  checkDimensions(bits.length);
  const lowest = name === 'hilbert' ? 1 : 0;
  if (!bits.every((count) => Number.isInteger(count) && count >= lowest)) {
    throw new InvalidArgumentError('curve bits must be whole numbers', { name, bits, lowest });
  }
  const sum = sumOf(bits);
  if (sum > maxIndexBits) {
    throw new InvalidArgumentError('curve has too many bits', {
      name,
      bits,
      found: sum,
      expected: maxIndexBits,
    });
  }
  if (name === 'hilbert' && bits.some((count) => count !== bits[0])) {
    throw new InvalidArgumentError('a hilbert curve wants equal bits in every dimension', { bits });
  }
  return spec;
}

/**
 * The curve to write a new layer with: one that holds `sizes` tiles along each dimension and leaves room to
 * grow, since a curve never changes once tiles are stored along it.
 *
 * Throws: InvalidArgumentError when no curve of 52 bits holds that many.
 */
export function curveFor(name: CurveName, sizes: readonly number[]): CurveSpec {
  checkDimensions(sizes.length);
  if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    throw new InvalidArgumentError('curve sizes must be positive whole numbers', { sizes });
  }
  const needed = sizes.map(bitsToCount);
  const bits = name === 'hilbert' ? hilbertBits(needed) : withHeadroom(needed);
  if (sumOf(bits) > maxIndexBits) {
    throw new InvalidArgumentError('too many tiles for one curve: use larger tiles', {
      name,
      sizes,
      found: sumOf(bits),
      expected: maxIndexBits,
    });
  }
  return { name, bits };
}

function hilbertBits(needed: readonly number[]): number[] {
  return needed.map(() => Math.max(hilbertOrders[needed.length]!, ...needed));
}

/** Headroom is dealt out a bit at a time, time first as it grows most, while the index has bits to spare. */
function withHeadroom(needed: readonly number[]): number[] {
  const bits = needed.slice();
  for (let turn = 0; turn < headroomBits; turn++) {
    for (let d = bits.length - 1; d >= 0; d--) {
      if (sumOf(bits) < maxIndexBits) bits[d]!++;
    }
  }
  return bits;
}

function checkDimensions(count: number): void {
  if (count < dimensionLimits.min || count > dimensionLimits.max) {
    throw new InvalidArgumentError('a curve has 2 to 4 dimensions', { found: count });
  }
}

function bitsToCount(size: number): number {
  let bits = 0;
  while (2 ** bits < size) bits++;
  return bits;
}

function sumOf(bits: readonly number[]): number {
  return bits.reduce((sum, count) => sum + count, 0);
}
