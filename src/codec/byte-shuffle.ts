/**
 * Groups the bytes of cells by significance: all first bytes, then all second bytes, and so on.
 *
 * Neighbouring cells differ mostly in their low bytes, so packers find longer matches in the high ones.
 * `bytes.length` is a multiple of `width`, the bytes of one cell.
 */
export function shuffleBytes(bytes: Uint8Array, width: number): Uint8Array {
  const shuffled = new Uint8Array(bytes.length);
  const count = bytes.length / width;
  for (let plane = 0; plane < width; plane++) {
    const start = plane * count;
    for (let i = 0, from = plane; i < count; i++, from += width) shuffled[start + i] = bytes[from]!;
  }
  return shuffled;
}

/** Undoes `shuffleBytes`. */
export function unshuffleBytes(shuffled: Uint8Array, width: number): Uint8Array {
  const bytes = new Uint8Array(shuffled.length);
  const count = shuffled.length / width;
  for (let plane = 0; plane < width; plane++) {
    const start = plane * count;
    for (let i = 0, to = plane; i < count; i++, to += width) bytes[to] = shuffled[start + i]!;
  }
  return bytes;
}
