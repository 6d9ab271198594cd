// Widths 2 and 4, which most layers have, have loops of their own that move whole cells: twice as fast as
// the general one.

/**
 * Groups the bytes of cells by significance: all first bytes, then all second bytes, and so on.
 *
 * Neighbouring cells differ mostly in their low bytes, so packers find longer matches in the high ones.
 * `bytes.length` is a multiple of `width`, the bytes of one cell.
 */
export function shuffleBytes(bytes: Uint8Array, width: number): Uint8Array {
  // Not zeroed: every byte is set.
  const shuffled = new Uint8Array(Buffer.allocUnsafeSlow(bytes.length).buffer);
  const isAligned = bytes.byteOffset % width === 0;
  if (width === 2 && isAligned)
    split16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2), shuffled);
  else if (width === 4 && isAligned)
    split32(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), shuffled);
  else splitAny(bytes, shuffled, width);
  return shuffled;
}

/** Cells from `start` up to, not including, `end`. */
export interface CellSpan {
  readonly start: number;
  readonly end: number;
}

/** Undoes `shuffleBytes` for the cells of `span`. */
export function unshuffleBytes(shuffled: Uint8Array, width: number, { start, end }: CellSpan): Uint8Array {
  const bytes = new Uint8Array((end - start) * width);
  const planes = Array.from({ length: width }, (_, k) => {
    const plane = (k * shuffled.length) / width;
    return shuffled.subarray(plane + start, plane + end);
  });
  if (width === 2) join16(planes, new Uint16Array(bytes.buffer));
  else if (width === 4) join32(planes, new Uint32Array(bytes.buffer));
  else joinAny(planes, bytes);
  return bytes;
}

function split16(cells: Uint16Array, planes: Uint8Array): void {
  const count = cells.length;
  for (let i = 0; i < count; i++) {
    const cell = cells[i]!;
    planes[i] = cell;
    planes[i + count] = cell >>> 8;
  }
}

function split32(cells: Uint32Array, planes: Uint8Array): void {
  const count = cells.length;
  const fours = count % 4 === 0 ? count : 0;
  if (fours > 0) splitFours(cells, new Uint32Array(planes.buffer, planes.byteOffset, count));
  for (let i = fours; i < count; i++) {
    const cell = cells[i]!;
    planes[i] = cell;
    planes[i + count] = cell >>> 8;
    planes[i + 2 * count] = cell >>> 16;
    planes[i + 3 * count] = cell >>> 24;
  }
}

/** Four cells at once, whose bytes make one word of each plane: half the time of one by one. */
function splitFours(cells: Uint32Array, planes: Uint32Array): void {
  const count = cells.length / 4;
  for (let word = 0, i = 0; word < count; word++, i += 4) {
    const [a, b, c, d] = [cells[i]!, cells[i + 1]!, cells[i + 2]!, cells[i + 3]!];
    planes[word] = (a & 0xff) | ((b & 0xff) << 8) | ((c & 0xff) << 16) | (d << 24);
    planes[word + count] =
      ((a >>> 8) & 0xff) | (b & 0xff00) | ((c << 8) & 0xff0000) | ((d << 16) & 0xff000000);
    planes[word + 2 * count] =
      ((a >>> 16) & 0xff) | ((b >>> 8) & 0xff00) | (c & 0xff0000) | ((d << 8) & 0xff000000);
    planes[word + 3 * count] = (a >>> 24) | ((b >>> 16) & 0xff00) | ((c >>> 8) & 0xff0000) | (d & 0xff000000);
  }
}

function splitAny(bytes: Uint8Array, planes: Uint8Array, width: number): void {
  const count = bytes.length / width;
  for (let plane = 0; plane < width; plane++) {
    const start = plane * count;
    for (let i = 0, from = plane; i < count; i++, from += width) planes[start + i] = bytes[from]!;
  }
}

function join16(planes: readonly Uint8Array[], cells: Uint16Array): void {
  const [low, high] = [planes[0]!, planes[1]!];
  for (let i = 0; i < cells.length; i++) cells[i] = low[i]! | (high[i]! << 8);
}

function join32(planes: readonly Uint8Array[], cells: Uint32Array): void {
  const [p0, p1, p2, p3] = [planes[0]!, planes[1]!, planes[2]!, planes[3]!];
  for (let i = 0; i < cells.length; i++) {
    cells[i] = p0[i]! | (p1[i]! << 8) | (p2[i]! << 16) | (p3[i]! << 24);
  }
}

function joinAny(planes: readonly Uint8Array[], bytes: Uint8Array): void {
  for (const [k, plane] of planes.entries()) {
    for (let i = 0, to = k; i < plane.length; i++, to += planes.length) bytes[to] = plane[i]!;
  }
}
