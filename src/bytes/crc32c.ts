// Reflected Castagnoli polynomial 0x1EDC6F41.
const POLYNOMIAL = 0x82f63b78;

// Slice-by-8: the table at 256 * k holds the effect of a byte that k more bytes follow.
const TABLE = buildTable();

/**
 * CRC-32C (Castagnoli, as in iSCSI and RFC 3720), unsigned.
 *
 * Source: Kounavis & Berry, "A systematic approach to building high performance software-based CRC
 * generators", 2005.
 */
export function crc32c(bytes: Uint8Array): number {
  const blocksEnd = bytes.length - (bytes.length % 8);
  let crc = -1;
  let i = 0;
  for (; i < blocksEnd; i += 8) {
    const head = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    crc =
      TABLE[0x700 + (head & 0xff)]! ^
      TABLE[0x600 + ((head >>> 8) & 0xff)]! ^
      TABLE[0x500 + ((head >>> 16) & 0xff)]! ^
      TABLE[0x400 + (head >>> 24)]! ^
      TABLE[0x300 + bytes[i + 4]!]! ^
      TABLE[0x200 + bytes[i + 5]!]! ^
      TABLE[0x100 + bytes[i + 6]!]! ^
      TABLE[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}

function buildTable(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) {
    const previous = table[i - 256]!;
    table[i] = (previous >>> 8) ^ table[previous & 0xff]!;
  }
  return table;
}
