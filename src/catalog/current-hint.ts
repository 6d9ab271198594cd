import type { BlobOptions, BlobStore } from '../blob/index.js';
import { crc32, formatHex } from '../bytes/index.js';
import { NotFoundError } from '../errors/index.js';
import { currentPath } from './layer-paths.js';

/** What CURRENT says; undefined when it is missing or damaged: the listing then tells. */
export async function readHint(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<number | undefined> {
  let text: string;
  try {
    text = Buffer.from(await store.get(currentPath(layer), options)).toString('latin1');
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
  const sequence = Number.parseInt(text, 10);
  const isIntact =
    Number.isSafeInteger(sequence) && text === Buffer.from(formatHint(sequence)).toString('latin1');
  return isIntact ? sequence : undefined;
}

/** Makes CURRENT name snapshot `sequence`. */
export async function writeHint(
  store: BlobStore,
  { layer, sequence }: { layer: string; sequence: number },
): Promise<void> {
  await store.put(currentPath(layer), [formatHint(sequence)]);
}

function formatHint(sequence: number): Uint8Array {
  return Buffer.from(`${sequence} ${formatHex(crc32(Buffer.from(String(sequence))), 8)}\n`);
}
