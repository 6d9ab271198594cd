/** A value of a directory of a TIFF file. */
export type TiffValue =
  | { readonly type: 'ascii'; readonly text: string }
  | { readonly type: 'short' | 'long' | 'double'; readonly values: readonly number[] };

/** One entry of a directory. */
export interface TiffEntry {
  readonly tag: number;
  readonly value: TiffValue;
}

const types = {
  ascii: { code: 2, bytes: 1 },
  short: { code: 3, bytes: 2 },
  long: { code: 4, bytes: 4 },
  double: { code: 12, bytes: 8 },
} as const;
const headerBytes = 8;
const entryBytes = 12;

/** A list of numbers. */
export function numbers(type: 'short' | 'long' | 'double', ...values: readonly number[]): TiffValue {
  return { type, values };
}

/**
 * The bytes of a little-endian file up to its image: the header, one directory and the values that it points to. Their
 * number depends on `entries` only by the lengths of their values.
 *
 * Source: TIFF 6.0, section 2.
 */
export function tiffHead(entries: readonly TiffEntry[]): Uint8Array {
  const sorted = entries.toSorted((a, b) => a.tag - b.tag);
  const directoryBytes = 2 + sorted.length * entryBytes + 4;
  const head = Buffer.alloc(headerBytes + directoryBytes);
  head.write('II');
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(headerBytes, 4);
  head.writeUInt16LE(sorted.length, headerBytes);
  const tail: Buffer[] = [];
  let end = head.length;
  for (const [index, { tag, value }] of sorted.entries()) {
    const at = headerBytes + 2 + index * entryBytes;
    const bytes = valueBytes(value);
    const { code, bytes: size } = types[value.type];
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(code, at + 2);
    head.writeUInt32LE(bytes.length / size, at + 4);
    if (bytes.length <= 4) bytes.copy(head, at + 8);
    else {
      head.writeUInt32LE(end, at + 8);
      // Values begin at even offsets; eight suits the image that follows.
      const padding = Buffer.alloc((8 - ((end + bytes.length) % 8)) % 8);
      tail.push(bytes, padding);
      end += bytes.length + padding.length;
    }
  }
  return Buffer.concat([head, ...tail]);
}

function valueBytes(value: TiffValue): Buffer {
  if (value.type === 'ascii') return Buffer.from(`${value.text.replaceAll('\0', ' ')}\0`);
  const { type, values } = value;
  const { bytes: size } = types[type];
  const bytes = Buffer.alloc(values.length * size);
  for (let i = 0; i < values.length; i++) {
    if (type === 'short') bytes.writeUInt16LE(values[i]!, i * size);
    else if (type === 'long') bytes.writeUInt32LE(values[i]!, i * size);
    else bytes.writeDoubleLE(values[i]!, i * size);
  }
  return bytes;
}
