import { CorruptionError } from '../../errors/index.js';
import { BitReader, PrefixCode } from './vp8l-bits.js';
import { type ArgbImage, readTransforms, undoTransforms } from './vp8l-transforms.js';

/** Codes for green and lengths, red, blue, alpha, distances. */
type CodeGroup = readonly [PrefixCode, PrefixCode, PrefixCode, PrefixCode, PrefixCode];

const LITERALS = 256;
const LENGTH_CODES = 24;
const DISTANCE_CODES = 40;
const MAX_CACHE_BITS = 11;
const LENGTH_ORDER: readonly number[] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/** Short distances are places nearby: rows up in the high half of a byte, 8 minus columns left in the low one. */
const NEARBY = Buffer.from(
  [
    '1807171928062729161a262a38053739151b363a252b48044749141c353b',
    '464a242c58454b343c035759131d565a232d444c555b333d68026769121e',
    '666a222e545c434d656b323e78017779535d111f646c424e767a212f757b',
    '313f636d525e00747c414f1020626e30737d515f40727e616f50717f6070',
  ].join(''),
  'hex',
);

/**
 * Decodes a VP8L stream: WebP's lossless pictures. `expected` is its size, checked before anything is allocated.
 * Source: WebP Lossless Bitstream Specification, Google, 2023 (RFC 9649, section 3).
 */
export function decodeVp8l(
  bytes: Uint8Array,
  expected: { readonly width: number; readonly height: number },
): Uint32Array {
  const bits = new BitReader(bytes);
  if (bits.read(8) !== 0x2f) throw new CorruptionError('WebP: lossless stream has no signature');
  const [width, height] = [bits.read(14) + 1, bits.read(14) + 1];
  bits.read(1);
  const version = bits.read(3);
  if (version !== 0 || width !== expected.width || height !== expected.height)
    throw new CorruptionError('WebP: picture does not fit the block', {
      expected: [expected.width, expected.height],
      found: [width, height],
      version,
    });
  const { transforms, codedWidth } = readTransforms(bits, { width, height }, readEntropyImage);
  const image = readPixels(bits, { width: codedWidth, height }, 'picture');
  return undoTransforms(image, transforms);
}

function readEntropyImage(
  bits: BitReader,
  size: { readonly width: number; readonly height: number },
): ArgbImage {
  return readPixels(bits, size, 'helper');
}

function readPixels(
  bits: BitReader,
  { width, height }: { readonly width: number; readonly height: number },
  kind: 'picture' | 'helper',
): ArgbImage {
  const cacheBits = bits.read(1) === 1 ? bits.read(4) : 0;
  if (cacheBits > MAX_CACHE_BITS) throw new CorruptionError('WebP: colour cache is too large', { cacheBits });
  const isGrouped = kind === 'picture' && bits.read(1) === 1;
  const groupBits = isGrouped ? bits.read(3) + 2 : 0;
  const groupsAcross = Math.ceil(width / 2 ** groupBits);
  const groupMap = isGrouped
    ? readEntropyImage(bits, { width: groupsAcross, height: Math.ceil(height / 2 ** groupBits) }).pixels.map(
        (pixel) => (pixel >> 8) & 0xffff,
      )
    : undefined;
  const groupCount = 1 + (groupMap?.reduce((most, group) => Math.max(most, group), 0) ?? 0);
  const groups = Array.from({ length: groupCount }, () => readGroup(bits, cacheBits));
  const groupAt = (at: number) => {
    if (groupMap === undefined) return groups[0]!;
    const [x, y] = [at % width, Math.floor(at / width)];
    return groups[groupMap[(y >> groupBits) * groupsAcross + (x >> groupBits)]!]!;
  };
  const pixels = new Uint32Array(width * height);
  const cache = new Uint32Array(cacheBits === 0 ? 0 : 2 ** cacheBits);
  const remember = (pixel: number) => {
    if (cacheBits > 0) cache[Math.imul(0x1e35a7bd, pixel) >>> (32 - cacheBits)] = pixel;
  };
  for (let at = 0; at < pixels.length; ) {
    const group = groupAt(at);
    const symbol = group[0].read(bits);
    if (symbol < LITERALS || symbol >= LITERALS + LENGTH_CODES) {
      const pixel =
        symbol < LITERALS ? readLiteral(bits, group, symbol) : cache[symbol - LITERALS - LENGTH_CODES]!;
      pixels[at++] = pixel;
      remember(pixel);
      continue;
    }
    const length = readPrefixed(bits, symbol - LITERALS);
    const distance = planeDistance(readPrefixed(bits, group[4].read(bits)), width);
    if (distance > at || at + length > pixels.length)
      throw new CorruptionError('WebP: copy leaves the picture', { at, distance, length });
    for (const end = at + length; at < end; at++) {
      pixels[at] = pixels[at - distance]!;
      remember(pixels[at]!);
    }
  }
  return { width, height, pixels };
}

function readLiteral(bits: BitReader, group: CodeGroup, green: number): number {
  const red = group[1].read(bits);
  const blue = group[2].read(bits);
  const alpha = group[3].read(bits);
  return ((alpha << 24) | (red << 16) | (green << 8) | blue) >>> 0;
}

/** Lengths and distances: a code for the magnitude, then bits. */
function readPrefixed(bits: BitReader, code: number): number {
  if (code < 4) return code + 1;
  const extra = (code - 2) >> 1;
  return ((2 + (code & 1)) << extra) + bits.read(extra) + 1;
}

function planeDistance(code: number, width: number): number {
  if (code > NEARBY.length) return code - NEARBY.length;
  const place = NEARBY[code - 1]!;
  return Math.max(1, (place >> 4) * width + 8 - (place & 15));
}

function readGroup(bits: BitReader, cacheBits: number): CodeGroup {
  const greens = LITERALS + LENGTH_CODES + (cacheBits === 0 ? 0 : 2 ** cacheBits);
  const [green, red, blue, alpha] = [greens, LITERALS, LITERALS, LITERALS].map((size) =>
    readCode(bits, size),
  );
  return [green!, red!, blue!, alpha!, readCode(bits, DISTANCE_CODES)];
}

function readCode(bits: BitReader, size: number): PrefixCode {
  if (bits.read(1) === 0) return new PrefixCode(readLengths(bits, size));
  const count = bits.read(1) + 1;
  const symbols = [bits.read(bits.read(1) === 1 ? 8 : 1), ...(count === 2 ? [bits.read(8)] : [])];
  const lengths = new Uint8Array(size);
  for (const symbol of symbols) {
    if (symbol >= size) throw new CorruptionError('WebP: symbol is not of its alphabet', { symbol, size });
    lengths[symbol] = 1;
  }
  return new PrefixCode(lengths);
}

/** Lengths of codes, themselves coded; 16 to 18 repeat. */
function readLengths(bits: BitReader, size: number): Uint8Array {
  const ofLengths = new Uint8Array(LENGTH_ORDER.length);
  const count = 4 + bits.read(4);
  for (let k = 0; k < count; k++) ofLengths[LENGTH_ORDER[k]!] = bits.read(3);
  const code = new PrefixCode(ofLengths);
  let budget = bits.read(1) === 0 ? size : 2 + bits.read(2 + 2 * bits.read(3));
  if (budget > size)
    throw new CorruptionError('WebP: more code lengths than symbols', { found: budget, size });
  const lengths = new Uint8Array(size);
  let previous = 8;
  for (let at = 0; at < size && budget > 0; budget--) {
    const symbol = code.read(bits);
    if (symbol < 16) {
      lengths[at++] = symbol;
      if (symbol !== 0) previous = symbol;
      continue;
    }
    const repeat = symbol === 16 ? 3 + bits.read(2) : symbol === 17 ? 3 + bits.read(3) : 11 + bits.read(7);
    if (at + repeat > size) throw new CorruptionError('WebP: more code lengths than symbols', { size });
    lengths.fill(symbol === 16 ? previous : 0, at, at + repeat);
    at += repeat;
  }
  return lengths;
}
