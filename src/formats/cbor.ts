import { type BinaryForm, encodeBinaryDocument } from './binary-document.js';
import type { CoverageFormat } from './coverage-format.js';
import { sizeOfFloat } from './value-bytes.js';

/** CoverageJSON as CBOR, its values as typed arrays. Sources: RFC 8949, RFC 8746. */
export const cbor: CoverageFormat = {
  token: 'CBOR',
  mediaTypes: ['application/cbor'],
  aliases: [],
  isText: false,
  extension: 'cbor',
  encode: (answer, options) => encodeBinaryDocument(answer, form, options),
};

/** Kinds of items, in the three highest bits of their first byte. */
const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6 } as const;
/** Tags of arrays of little-endian numbers. */
const arrayTags = { float32: 85, float64: 86 } as const;
const float64 = 0xfb;
const constants = { false: 0xf4, true: 0xf5, null: 0xf6 } as const;

const form: BinaryForm = {
  mapHead: (count) => head(major.map, count),
  listHead: (count) => head(major.list, count),
  text(text) {
    const bytes = Buffer.from(text);
    return Buffer.concat([head(major.text, bytes.length), bytes]);
  },
  number(value) {
    // Longer ones would be read as big integers, which a reader of JSON does not expect.
    if (Number.isInteger(value) && Math.abs(value) < 2 ** 32) {
      return value < 0 ? head(major.negative, -1 - value) : head(major.unsigned, value);
    }
    const bytes = Buffer.alloc(9);
    bytes[0] = float64;
    bytes.writeDoubleBE(value, 1);
    return bytes;
  },
  constant: (value) => Uint8Array.of(constants[String(value) as keyof typeof constants]),
  floatsHead(type, count) {
    return Buffer.concat([head(major.tag, arrayTags[type]), head(major.bytes, count * sizeOfFloat(type))]);
  },
};

/** The kind of an item with its length, or its value, in as few bytes as it takes. */
function head(kind: number, value: number): Uint8Array {
  const high = kind * 32;
  if (value < 24) return Uint8Array.of(high + value);
  if (value < 0x100) return Uint8Array.of(high + 24, value);
  const bytes = Buffer.alloc(value < 0x10000 ? 3 : value < 0x100000000 ? 5 : 9);
  bytes[0] = high + (bytes.length === 3 ? 25 : bytes.length === 5 ? 26 : 27);
  if (bytes.length === 9) bytes.writeBigUInt64BE(BigInt(value), 1);
  else bytes.writeUIntBE(value, 1, bytes.length - 1);
  return bytes;
}
