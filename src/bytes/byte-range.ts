/** Bytes from `offset` on, `length` of them. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}
