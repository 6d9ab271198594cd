import { CorruptionError } from '../../errors/index.js';

/**
 * Walks an LZ4 block without decoding it: it has to be whole, refer only to what it has already given, and
 * give exactly `decodedBytes`. The decoder of numcodecs overlooks all three.
 * Source: lz4_Block_format.md.
 */
export function checkLz4Block(bytes: Uint8Array, decodedBytes: number): void {
  let given = 0;
  let at = 0;
  // A long length goes on in bytes of 255 until a smaller one.
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (let more = 255; more === 255; length += more) {
      if (at >= bytes.length) throw damaged({ decodedBytes, given });
      more = bytes[at++]!;
    }
    return length;
  };
  for (;;) {
    if (at >= bytes.length) throw damaged({ decodedBytes, given });
    const token = bytes[at++]!;
    const literals = lengthFrom(token >> 4);
    at += literals;
    given += literals;
    if (at === bytes.length && given === decodedBytes) return;
    if (at + 2 > bytes.length) throw damaged({ decodedBytes, given });
    const distance = bytes[at]! + bytes[at + 1]! * 256;
    at += 2;
    if (distance === 0 || distance > given) throw damaged({ decodedBytes, given });
    given += 4 + lengthFrom(token & 15);
    if (given > decodedBytes) throw damaged({ decodedBytes, given });
  }
}

function damaged(fields: Record<string, number>): CorruptionError {
  return new CorruptionError('lz4: block is damaged', fields);
}
