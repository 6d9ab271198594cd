/** A stretch of a file that Range asks for: bytes from `start` up to, not including, `end`. */
export type AskedRange = { readonly start: number; readonly end: number } | 'whole' | 'unsatisfiable';

/** What a Range header (RFC 9110) asks of `length` bytes: one range is served, several are answered as a whole. */
export function readRange(header: string | undefined, length: number): AskedRange {
  const [, first, last] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'whole';
  if (first === '') {
    const start = Math.max(0, length - Number(last));
    return start < length ? { start, end: length } : 'unsatisfiable';
  }
  const start = Number(first);
  const end = last === '' ? length : Math.min(Number(last) + 1, length);
  if (last !== '' && Number(last) < start) return 'whole';
  return start < length ? { start, end } : 'unsatisfiable';
}
