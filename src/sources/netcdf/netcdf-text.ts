/** Text as NetCDF files keep it: UTF-8 by the book, Latin-1 where it is not, without the zeros that pad it. */
export function decodeText(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const text = bytes.subarray(0, end);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
  } catch {
    return Buffer.from(text).toString('latin1');
  }
}

/** Texts of `width` bytes each. */
export function splitText(bytes: Uint8Array, width: number): string[] {
  const texts: string[] = [];
  for (let at = 0; at + width <= bytes.length; at += width)
    texts.push(decodeText(bytes.subarray(at, at + width)));
  return texts;
}
