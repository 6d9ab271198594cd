export type { ByteRange } from './byte-range.js';
