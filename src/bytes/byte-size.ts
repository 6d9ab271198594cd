import { InvalidArgumentError } from '../errors/index.js';

const BINARY_UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;
const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const SIZE = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i;

/** Bytes of a size such as `64MiB`, `1.5 GiB`, `1MB` (decimal) or `1000`; it must come out whole. */
export function parseByteSize(text: string): number {
  const [, digits, unit] = SIZE.exec(text.trim()) ?? [];
  const unitBytes = unit === undefined ? undefined : UNIT_BYTES[unit.toLowerCase()];
  const bytes = Number(digits) * (unitBytes ?? Number.NaN);
  if (!Number.isSafeInteger(bytes)) {
    throw new InvalidArgumentError('not a size in bytes', {
      found: text,
      expected: 'a number with B, kB, MB, GB, TB, KiB, MiB, GiB, TiB or nothing behind it',
    });
  }
  return bytes;
}

/** A size for people: `64MiB`, `1.5GiB`, `1000B`; one decimal at most. */
export function formatByteSize(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let value = bytes / 1024;
  let unit = 0;
  // 1023.95 would be printed as 1024.
  while (value >= 1023.95 && unit < BINARY_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))}${BINARY_UNITS[unit]}`;
}
