import { closeSync, openSync, read, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadPeer } from './install.js';
import type { PeerStore, TilesToStore } from './tile-stores.js';

// PMTiles version 3, https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
const HEADER_BYTES = 127;
const GZIP = 2;
const NO_COMPRESSION = 1;
const ENTRIES_A_LEAF = 4096;

interface Pmtiles {
  PMTiles: new (source: {
    getKey(): string;
    getBytes(offset: number, length: number): Promise<{ data: ArrayBuffer }>;
  }) => { getZxy(z: number, x: number, y: number): Promise<{ data: ArrayBuffer } | undefined> };
  zxyToTileId(z: number, x: number, y: number): number;
}

interface Entry {
  readonly id: number;
  readonly offset: number;
  readonly length: number;
  /** 0 points to a leaf. */
  readonly run: number;
}

/** A PMTiles archive read by `pmtiles`, its bytes fetched by `fs.read`; directories are in its cache. */
export async function fillPmtiles(tiles: TilesToStore): Promise<PeerStore> {
  const { PMTiles, zxyToTileId } = loadPeer<Pmtiles>('pmtiles');
  const { cols, zoom } = tiles;
  const path = join(tiles.folder, 'tiles.pmtiles');
  await writeArchive(path, tiles, (k) => zxyToTileId(zoom, k % cols, Math.floor(k / cols)));
  const fd = openSync(path, 'r');
  const archive = new PMTiles({
    getKey: () => path,
    getBytes: (offset, length) => readBytes(fd, offset, length),
  });
  return {
    get: (k) => archive.getZxy(zoom, k % cols, Math.floor(k / cols)),
    close: () => closeSync(fd),
  };
}

function readBytes(fd: number, offset: number, length: number): Promise<{ data: ArrayBuffer }> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.allocUnsafeSlow(length);
    read(fd, bytes, 0, length, offset, (error, count) => {
      if (error) reject(error);
      else resolve({ data: dataOf(bytes, count) });
    });
  });
}

/** No copy, except for the first 16 KiB, which are asked of any archive, however small. */
function dataOf(bytes: Buffer, count: number): ArrayBuffer {
  const { buffer } = bytes as Buffer<ArrayBuffer>;
  return count === bytes.length ? buffer : buffer.slice(0, count);
}

/** Header, root directory, metadata, leaf directories, then the tiles in order of their ids (clustered). */
async function writeArchive(
  path: string,
  { count, zoom, tileAt }: TilesToStore,
  idOf: (k: number) => number,
): Promise<void> {
  const order = Array.from({ length: count }, (_, k) => k).sort((a, b) => idOf(a) - idOf(b));
  const entries: Entry[] = [];
  let dataBytes = 0;
  for (const k of order) {
    const { length } = await tileAt(k);
    entries.push({ id: idOf(k), offset: dataBytes, length, run: 1 });
    dataBytes += length;
  }
  const { root, leaves } = directories(entries);
  const metadata = gzipSync('{}');
  const sections = [root.length, metadata.length, leaves.length, dataBytes];
  const fd = openSync(path, 'wx');
  for (const part of [header(sections, { count, zoom }), root, metadata, leaves]) writeSync(fd, part);
  for (const k of order) writeSync(fd, await tileAt(k));
  closeSync(fd);
}

function directories(entries: readonly Entry[]): { root: Buffer; leaves: Buffer } {
  const leaves: Buffer[] = [];
  const pointers: Entry[] = [];
  let offset = 0;
  for (let i = 0; i < entries.length; i += ENTRIES_A_LEAF) {
    const leaf = gzipSync(directory(entries.slice(i, i + ENTRIES_A_LEAF)));
    pointers.push({ id: entries[i]!.id, offset, length: leaf.length, run: 0 });
    leaves.push(leaf);
    offset += leaf.length;
  }
  return { root: gzipSync(directory(pointers)), leaves: Buffer.concat(leaves) };
}

/** Columns of varints: count, steps of ids, runs, lengths, offsets (0: right behind the entry before). */
function directory(entries: readonly Entry[]): Buffer {
  const numbers = [entries.length];
  entries.forEach(({ id }, i) => {
    numbers.push(i === 0 ? id : id - entries[i - 1]!.id);
  });
  for (const { run } of entries) numbers.push(run);
  for (const { length } of entries) numbers.push(length);
  entries.forEach(({ offset }, i) => {
    const before = entries[i - 1];
    numbers.push(before && before.offset + before.length === offset ? 0 : offset + 1);
  });
  return Buffer.from(numbers.flatMap(varint));
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}

function header(
  sections: readonly number[],
  { count, zoom }: { readonly count: number; readonly zoom: number },
): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write('PMTiles', 0, 'latin1');
  bytes[7] = 3;
  let offset = HEADER_BYTES;
  for (const [i, length] of sections.entries()) {
    bytes.writeBigUInt64LE(BigInt(offset), 8 + i * 16);
    bytes.writeBigUInt64LE(BigInt(length), 16 + i * 16);
    offset += length;
  }
  for (const at of [72, 80, 88]) bytes.writeBigUInt64LE(BigInt(count), at);
  bytes.set([1, GZIP, NO_COMPRESSION, 0, zoom, zoom], 96);
  for (const [i, degrees] of [-180, -85, 180, 85].entries()) bytes.writeInt32LE(degrees * 1e7, 102 + i * 4);
  bytes[118] = zoom;
  return bytes;
}
