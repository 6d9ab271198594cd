import { type BinaryForm, encodeBinaryDocument } from './binary-document.js';
import { cellsOf } from './check-answer.js';
import type { CoverageAnswer } from './coverage.js';
import type { CoverageFormat } from './coverage-format.js';
import { sizeOfFloat } from './value-bytes.js';

/**
 * CoverageJSON as MessagePack. Its values are typed arrays as the msgpackr library writes and reads them: extension
 * 0x74, a byte for the type of numbers, then the numbers. MessagePack itself has no such arrays.
 */
export const messagePack: CoverageFormat = {
  token: 'MessagePack',
  mediaTypes: ['application/vnd.msgpack', 'application/msgpack', 'application/x-msgpack'],
  aliases: ['msgpack'],
  isText: false,
  extension: 'msgpack',
  refuse: refuseLong,
  encode: (answer, options) => encodeBinaryDocument(answer, form, options),
};

/** First bytes. Source: the MessagePack specification. */
const first = {
  null: 0xc0,
  false: 0xc2,
  true: 0xc3,
  float64: 0xcb,
  uint32: 0xce,
  int32: 0xd2,
  ext32: 0xc9,
} as const;
const typedArray = 0x74;
const floatCodes = { float32: 7, float64: 8 } as const;
const maxBytes = 2 ** 32 - 1;

const form: BinaryForm = {
  mapHead: (count) => lengthHead(count, { short: 0x80, below: 16, long: 0xdf }),
  listHead: (count) => lengthHead(count, { short: 0x90, below: 16, long: 0xdd }),
  text(text) {
    const bytes = Buffer.from(text);
    return Buffer.concat([lengthHead(bytes.length, { short: 0xa0, below: 32, long: 0xdb }), bytes]);
  },
  number(value) {
    const isInteger = Number.isInteger(value);
    if (isInteger && value >= 0 && value < 128) return Uint8Array.of(value);
    if (isInteger && value >= 0 && value < 2 ** 32) return uint32(first.uint32, value);
    const bytes = Buffer.alloc(isInteger && value >= -(2 ** 31) && value < 0 ? 5 : 9);
    bytes[0] = bytes.length === 5 ? first.int32 : first.float64;
    if (bytes.length === 5) bytes.writeInt32BE(value, 1);
    else bytes.writeDoubleBE(value, 1);
    return bytes;
  },
  constant: (value) => Uint8Array.of(first[String(value) as 'null' | 'false' | 'true']),
  floatsHead(type, count) {
    const length = 1 + count * sizeOfFloat(type);
    return Buffer.concat([uint32(first.ext32, length), Uint8Array.of(typedArray, floatCodes[type])]);
  },
};

function lengthHead(
  length: number,
  { short, below, long }: { readonly short: number; readonly below: number; readonly long: number },
): Uint8Array {
  return length < below ? Uint8Array.of(short + length) : uint32(long, length);
}

function uint32(firstByte: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(5);
  bytes[0] = firstByte;
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

function refuseLong({ coverages }: CoverageAnswer): string | undefined {
  const isLong = coverages.some(({ ranges }) => ranges.some((range) => 1 + cellsOf(range) * 8 > maxBytes));
  return isLong
    ? 'MessagePack has no array of more than 4 GiB; ask for less, or for another form'
    : undefined;
}
