import { gzipSync } from 'node:zlib';

/** A run of tiles that have the same bytes; a directory where `run` is 0. */
export interface DirectoryEntry {
  readonly id: number;
  readonly offset: number;
  readonly length: number;
  readonly run: number;
}

/** The directories of an archive as they are in the file; `leaves` is empty where the root has all tiles. */
export interface Directories {
  readonly root: Uint8Array;
  readonly leaves: Uint8Array;
}

/** Entries of a leaf, to begin with. */
const leafEntries = 4096;

/** Entries in ascending order of their numbers, in one directory or, where its bytes are too many, in leaves below it. */
export function encodeDirectories(entries: readonly DirectoryEntry[], maxRootBytes: number): Directories {
  // A gzip of more entries than bytes twice over is larger than that for certain; it is not worth making.
  if (entries.length <= maxRootBytes * 8) {
    const root = encodeDirectory(entries);
    if (root.length <= maxRootBytes) return { root, leaves: new Uint8Array(0) };
  }
  for (let size = leafEntries; ; size *= 2) {
    const { root, leaves } = encodeLeaves(entries, size);
    if (root.length <= maxRootBytes || size >= entries.length) return { root, leaves };
  }
}

function encodeLeaves(entries: readonly DirectoryEntry[], size: number): Directories {
  const leaves: Uint8Array[] = [];
  const above: DirectoryEntry[] = [];
  let offset = 0;
  for (let start = 0; start < entries.length; start += size) {
    const leaf = encodeDirectory(entries.slice(start, start + size));
    above.push({ id: entries[start]!.id, offset, length: leaf.length, run: 0 });
    leaves.push(leaf);
    offset += leaf.length;
  }
  return { root: encodeDirectory(above), leaves: Buffer.concat(leaves) };
}

/** Columns of varints: numbers as differences, runs, lengths, and offsets but where one follows the entry before. */
function encodeDirectory(entries: readonly DirectoryEntry[]): Uint8Array {
  const bytes: number[] = [];
  pushVarint(bytes, entries.length);
  let before = 0;
  for (const { id } of entries) {
    pushVarint(bytes, id - before);
    before = id;
  }
  for (const { run } of entries) pushVarint(bytes, run);
  for (const { length } of entries) pushVarint(bytes, length);
  let end: number | undefined;
  for (const { offset, length } of entries) {
    pushVarint(bytes, offset === end ? 0 : offset + 1);
    end = offset + length;
  }
  return gzipSync(Uint8Array.from(bytes));
}

/** Seven bits a byte, the lowest first; up to 2^53, which bitwise operators are not. */
function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
