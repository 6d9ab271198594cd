export type { ByteRange } from './byte-range.js';
export { formatByteSize, parseByteSize } from './byte-size.js';
export { type CoalescedRange, type CoalesceLimits, coalesceRanges } from './coalesce-ranges.js';
export { crc32 } from './crc32.js';
export { crc32c } from './crc32c.js';
export { formatHex, parseHex } from './hex.js';
