import * as zlib from 'node:zlib';
import { CorruptionError } from '../errors/index.js';
import { parseZstdContentSize } from './zstd-frame.js';

const level = 3;

interface Packer {
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  decompress(packed: Uint8Array, sizeBytes: number): Promise<Uint8Array>;
}

let packer: Promise<Packer> | undefined;

/** Packs into one zstd frame that states its content size. */
export async function compressZstd(bytes: Uint8Array): Promise<Uint8Array> {
  packer ??= openPacker();
  return (await packer).compress(bytes);
}

/**
 * Exactly `sizeBytes` bytes; CorruptionError otherwise, decided before unpacking: zstd frames of a few
 * kilobytes may claim gigabytes.
 */
export async function decompressZstd(packed: Uint8Array, sizeBytes: number): Promise<Uint8Array> {
  const claimed = parseZstdContentSize(packed);
  if (claimed !== sizeBytes) {
    throw new CorruptionError('zstd frame of another size', { expected: sizeBytes, found: claimed });
  }
  packer ??= openPacker();
  const { decompress } = await packer;
  const bytes = await decompress(packed, sizeBytes).catch((cause) => {
    throw new CorruptionError('zstd cells are damaged', { expected: sizeBytes }, { cause });
  });
  if (bytes.length !== sizeBytes) {
    throw new CorruptionError('zstd cells have the wrong length', {
      expected: sizeBytes,
      found: bytes.length,
    });
  }
  return bytes;
}

async function openPacker(): Promise<Packer> {
  return nativePacker(zlib as unknown as NativeZstd) ?? (await wasmPacker());
}

/** What node:zlib has from Node 22.15 on; the types are those of Node 20. */
interface NativeZstd {
  readonly zstdCompress?: (bytes: Uint8Array, options: object, done: Done) => void;
  readonly zstdDecompress?: (bytes: Uint8Array, options: object, done: Done) => void;
  readonly constants: { readonly ZSTD_c_compressionLevel?: number };
}

type Done = (error: Error | null, bytes: Uint8Array) => void;

function nativePacker({ zstdCompress, zstdDecompress, constants }: NativeZstd): Packer | undefined {
  const levelKey = constants.ZSTD_c_compressionLevel;
  if (!zstdCompress || !zstdDecompress || levelKey === undefined) return undefined;
  return {
    // Without the pledged size a streaming encoder leaves the content size out of the frame.
    compress: (bytes) =>
      settle((done) =>
        zstdCompress(bytes, { params: { [levelKey]: level }, pledgedSrcSize: bytes.length }, done),
      ),
    decompress: (packed, sizeBytes) =>
      settle((done) => zstdDecompress(packed, { maxOutputLength: sizeBytes }, done)),
  };
}

function settle(start: (done: Done) => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    start((error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}

/** The part of numcodecs used here; its own declarations do not resolve under nodenext. */
interface WasmZstd {
  fromConfig(config: { readonly level: number }): {
    encode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
    decode(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  };
}

async function wasmPacker(): Promise<Packer> {
  const { default: Zstd } = (await import('numcodecs/zstd')) as unknown as { default: WasmZstd };
  const codec = Zstd.fromConfig({ level });
  return {
    compress: async (bytes) => codec.encode(bytes),
    decompress: async (packed) => codec.decode(packed),
  };
}
