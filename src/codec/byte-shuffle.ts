// Widths 2 and 4, which most layers have, have loops of their own that move whole cells: twice as fast as
// the general one.

/**
 * Groups the bytes of cells by significance: all first bytes, then all second bytes, and so on.
 *
 * Neighbouring cells differ mostly in their low bytes, so packers find longer matches in the high ones.
 * `bytes.length` is a multiple of `width`, the bytes of one cell.
 */
export function shuffleBytes(bytes: Uint8Array, width: number): Uint8Array {
  const shuffled = new Uint8Array(bytes.length);
  const isAligned = bytes.byteOffset % width === 0;
  if (width === 2 && isAligned)
    split16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2), shuffled);
  else if (width === 4 && isAligned)
    split32(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), shuffled);
  else splitAny(bytes, shuffled, width);
  return shuffled;
}

/** Undoes `shuffleBytes`. */
export function unshuffleBytes(shuffled: Uint8Array, width: number): Uint8Array {
  const bytes = new Uint8Array(shuffled.length);
  if (width === 2) join16(shuffled, new Uint16Array(bytes.buffer));
  else if (width === 4) join32(shuffled, new Uint32Array(bytes.buffer));
  else joinAny(shuffled, bytes, width);
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
  for (let i = 0; i < count; i++) {
    const cell = cells[i]!;
    planes[i] = cell;
    planes[i + count] = cell >>> 8;
    planes[i + 2 * count] = cell >>> 16;
    planes[i + 3 * count] = cell >>> 24;
  }
}

function splitAny(bytes: Uint8Array, planes: Uint8Array, width: number): void {
  const count = bytes.length / width;
  for (let plane = 0; plane < width; plane++) {
    const start = plane * count;
    for (let i = 0, from = plane; i < count; i++, from += width) planes[start + i] = bytes[from]!;
  }
}

function join16(planes: Uint8Array, cells: Uint16Array): void {
  const count = cells.length;
  for (let i = 0; i < count; i++) cells[i] = planes[i]! | (planes[i + count]! << 8);
}

function join32(planes: Uint8Array, cells: Uint32Array): void {
  const count = cells.length;
  for (let i = 0; i < count; i++) {
    cells[i] =
      planes[i]! |
      (planes[i + count]! << 8) |
      (planes[i + 2 * count]! << 16) |
      (planes[i + 3 * count]! << 24);
  }
}

function joinAny(planes: Uint8Array, bytes: Uint8Array, width: number): void {
  const count = bytes.length / width;
  for (let plane = 0; plane < width; plane++) {
    const start = plane * count;
    for (let i = 0, to = plane; i < count; i++, to += width) bytes[to] = planes[start + i]!;
  }
}
