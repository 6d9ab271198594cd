import { readFileSync, writeFileSync } from 'node:fs';
import { type Random, randomBelow } from '../../random.js';

/** Bytes of a page of the file system's cache, which is lost as a whole. */
export const PAGE_BYTES = 4096;

/** What is done to the bytes of a file: the same length, or another. */
export type Damage =
  | { readonly kind: 'flip'; readonly bit: number }
  | { readonly kind: 'zero-page'; readonly page: number }
  | { readonly kind: 'truncate'; readonly length: number }
  | { readonly kind: 'extend'; readonly bytes: number }
  /** Other bytes from `offset` on. */
  | { readonly kind: 'overwrite'; readonly offset: number; readonly bytes: Uint8Array }
  /** Other bytes altogether. */
  | { readonly kind: 'replace'; readonly bytes: Uint8Array };

/** A copy of `intact` with the damage. */
export function damaged(intact: Uint8Array, damage: Damage): Uint8Array {
  // Not slice: that of a Buffer shares its memory.
  const bytes = Uint8Array.from(intact);
  switch (damage.kind) {
    case 'flip':
      bytes[damage.bit >> 3]! ^= 1 << (damage.bit & 7);
      return bytes;
    case 'zero-page':
      return bytes.fill(0, damage.page * PAGE_BYTES, (damage.page + 1) * PAGE_BYTES);
    case 'truncate':
      return bytes.subarray(0, damage.length);
    case 'extend':
      return Uint8Array.from([...bytes, ...new Uint8Array(damage.bytes)]);
    case 'overwrite':
      bytes.set(damage.bytes, damage.offset);
      return bytes;
    case 'replace':
      return damage.bytes;
    default:
      return damage satisfies never;
  }
}

/** Any bit. */
export function randomFlip(sizeBytes: number, random: Random): Damage {
  return { kind: 'flip', bit: randomBelow(random, sizeBytes * 8) };
}

/** Any page, the last one perhaps a part. */
export function randomPage(sizeBytes: number, random: Random): Damage {
  return { kind: 'zero-page', page: randomBelow(random, Math.ceil(sizeBytes / PAGE_BYTES)) };
}

/**
 * Damages a file in place, so that whoever has it open sees it too, for the time of `check`.
 *
 * Returns: what `check` gives.
 */
export async function withDamage<T>(
  file: string,
  damage: Damage,
  check: (bytes: { readonly intact: Uint8Array; readonly found: Uint8Array }) => Promise<T>,
): Promise<T> {
  const intact = readFileSync(file);
  const found = damaged(intact, damage);
  try {
    // The file keeps its inode.
    writeFileSync(file, found);
    return await check({ intact, found });
  } finally {
    writeFileSync(file, intact);
  }
}

/** For people: what was done, without the bytes. */
export function describeDamage(damage: Damage): string {
  switch (damage.kind) {
    case 'flip':
      return `bit ${damage.bit % 8} of byte ${Math.floor(damage.bit / 8)} flipped`;
    case 'zero-page':
      return `page ${damage.page} zeroed`;
    case 'truncate':
      return `cut to ${damage.length} bytes`;
    case 'extend':
      return `${damage.bytes} bytes longer`;
    case 'overwrite':
      return `${damage.bytes.length} bytes from ${damage.offset} on overwritten`;
    case 'replace':
      return `replaced by ${damage.bytes.length} other bytes`;
    default:
      return damage satisfies never;
  }
}
