import { type Chunk, type CodecMetadata, type DataType, registry } from 'zarrita';
import { CorruptionError } from '../../errors/index.js';
import { cellCount } from '../cf/dataset.js';
import { bloscStreams } from './blosc-frame.js';
import { crc32cTail, decodeText, inflateBounded, unshuffle } from './byte-decoders.js';
import { checkLz4Block } from './lz4-block.js';
import type { ArrayMetadata } from './zarr-metadata.js';
import { checkZstdFrames } from './zstd-frames.js';

/** What a step may decode to, known before it runs. */
export interface DecodeBudget {
  /** Bytes it must give; undefined behind another compressor, whose output only has a limit. */
  readonly exactBytes?: number;
  readonly limitBytes: number;
}

/** An array's codecs for zarrita, all of them bounded, and how long its stored chunks can be. */
export interface CodecPlan {
  readonly codecs: readonly CodecMetadata[];
  readonly maxStoredBytes: number;
}

type Decode = (bytes: Uint8Array, budget: DecodeBudget) => Uint8Array | Promise<Uint8Array>;
type Check = (bytes: Uint8Array, budget: DecodeBudget) => void | Promise<void>;
type CodecEntry = Awaited<ReturnType<NonNullable<ReturnType<(typeof registry)['get']>>>>;
type ChunkMeta = Parameters<CodecEntry['fromConfig']>[1];

const maxTextBytes = 16 * 1024 * 1024;
// zarrita keeps codecs in one table for the whole process: ours get names of their own.
const prefix = 'tilecurve.';

/** Plans the decoding of a chunk: each step knows how much it may give before it allocates. */
export function planCodecs(array: ArrayMetadata): CodecPlan {
  registerCodecs();
  const { pipeline, element } = array;
  const isText = element.kind === 'text';
  const chunkBytes = cellCount(array.chunkShape) * pipeline.storedBytesPerElement;
  let budget: DecodeBudget = isText
    ? { limitBytes: maxTextBytes }
    : { exactBytes: chunkBytes, limitBytes: chunkBytes };
  const codecs: CodecMetadata[] = pipeline.arraySteps.map(({ name, configuration }) => ({
    name,
    configuration,
  }));
  codecs.push({ name: prefix + (isText ? 'text' : 'bytes'), configuration: { endian: pipeline.endian } });
  for (const step of pipeline.byteSteps) {
    codecs.push({ name: prefix + step.name, configuration: { ...step.configuration, budget } });
    budget = encodedBudget(step.name, budget);
  }
  return { codecs, maxStoredBytes: budget.limitBytes };
}

function encodedBudget(codec: string, { exactBytes, limitBytes }: DecodeBudget): DecodeBudget {
  if (codec === 'shuffle') return { ...(exactBytes === undefined ? {} : { exactBytes }), limitBytes };
  if (codec === 'crc32c')
    return {
      ...(exactBytes === undefined ? {} : { exactBytes: exactBytes + 4 }),
      limitBytes: limitBytes + 4,
    };
  // No compressor makes data longer than this.
  return { limitBytes: limitBytes + Math.ceil(limitBytes / 8) + 65536 };
}

function registerCodecs(): void {
  if (registry.has(`${prefix}bytes`)) return;
  registerBytes('blosc', guarded('blosc', checkBlosc));
  registerBytes('zstd', decodeZstd);
  registerBytes('lz4', guarded('lz4', checkLz4));
  registerBytes('gzip', (bytes, { limitBytes }) => inflateBounded('gzip', bytes, limitBytes));
  registerBytes('zlib', (bytes, { limitBytes }) => inflateBounded('zlib', bytes, limitBytes));
  registerBytes('crc32c', (bytes) => crc32cTail(bytes));
  registry.set(`${prefix}shuffle`, async () => ({
    fromConfig: (configuration) => byteCodec((bytes) => unshuffle(bytes, elementBytesOf(configuration))),
  }));
  registry.set(`${prefix}text`, async () => ({ fromConfig: (_, meta) => textCodec(meta) }));
  registry.set(`${prefix}bytes`, async () => {
    const plain = await originalCodec('bytes');
    return {
      fromConfig: (configuration, meta) => exactBytesCodec(plain.fromConfig(configuration, meta), meta),
    };
  });
}

function registerBytes(name: string, decode: Decode): void {
  registry.set(prefix + name, async () => ({
    fromConfig: (configuration) => {
      const budget = budgetOf(configuration);
      return byteCodec(async (bytes) => checkDecoded(name, await decode(bytes, budget), budget));
    },
  }));
}

/** Runs zarrita's own decoder of that name once `check` has seen that it cannot give too much. */
function guarded(name: string, check: Check): Decode {
  let decoder: Promise<(bytes: Uint8Array) => Promise<Uint8Array>> | undefined;
  return async (bytes, budget) => {
    await check(bytes, budget);
    decoder ??= originalCodec(name).then((entry) => {
      const codec = entry.fromConfig({}, emptyMeta);
      return async (encoded) => codec.decode(encoded) as Promise<Uint8Array>;
    });
    const decode = await decoder;
    return decode(bytes).catch((cause: unknown) => {
      throw new CorruptionError('compressed bytes cannot be decoded', { codec: name }, { cause });
    });
  };
}

const decodeZstd = guarded('zstd', checkZstdFrames);

const emptyMeta: ChunkMeta = { dataType: 'uint8', shape: [], codecs: [], fillValue: null };

async function originalCodec(name: string): Promise<CodecEntry> {
  const load = registry.get(name);
  if (load === undefined) throw new Error(`zarrita has no codec ${name}`);
  return load();
}

function checkDecoded(codec: string, bytes: Uint8Array, budget: DecodeBudget): Uint8Array {
  const { exactBytes, limitBytes } = budget;
  const fits = exactBytes === undefined ? bytes.length <= limitBytes : bytes.length === exactBytes;
  if (fits) return bytes;
  throw new CorruptionError('decoded length is not the chunk’s', {
    codec,
    expectedBytes: exactBytes ?? limitBytes,
    foundBytes: bytes.length,
  });
}

function checkLz4(bytes: Uint8Array, budget: DecodeBudget): void {
  if (bytes.length < 4) throw new CorruptionError('compressed bytes are too short', { codec: 'lz4' });
  const declared = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  checkDeclared('lz4', declared, budget);
  checkLz4Block(bytes.subarray(4), declared);
}

// zarrita's blosc gives bytes even when a stream in it cannot be decoded.
async function checkBlosc(bytes: Uint8Array, budget: DecodeBudget): Promise<void> {
  for (const stream of bloscStreams(bytes, budget)) {
    const inner = { exactBytes: stream.decodedBytes, limitBytes: stream.decodedBytes };
    if (stream.codec === 'lz4') checkLz4Block(stream.bytes, stream.decodedBytes);
    else if (stream.codec === 'zlib') await inflateBounded('zlib', stream.bytes, stream.decodedBytes);
    else if (stream.codec === 'zstd') checkDecoded('zstd', await decodeZstd(stream.bytes, inner), inner);
  }
}

/** Compares a size that a compressed frame declares with what the chunk can be. */
function checkDeclared(codec: string, declaredBytes: number, { exactBytes, limitBytes }: DecodeBudget): void {
  const fits = exactBytes === undefined ? declaredBytes <= limitBytes : declaredBytes === exactBytes;
  if (!fits)
    throw new CorruptionError('compressed bytes declare another length than the chunk’s', {
      codec,
      expectedBytes: exactBytes ?? limitBytes,
      declaredBytes,
    });
}

function byteCodec(decode: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>) {
  return { kind: 'bytes_to_bytes' as const, encode: refuseEncode, decode };
}

function exactBytesCodec(plain: ReturnType<CodecEntry['fromConfig']>, meta: ChunkMeta) {
  const decode = (bytes: Uint8Array) => {
    const expectedBytes = cellCount(meta.shape) * (bytesPerElement[meta.dataType] ?? 8);
    if (bytes.length !== expectedBytes)
      throw new CorruptionError('decoded length is not the chunk’s', {
        expectedBytes,
        foundBytes: bytes.length,
      });
    return plain.decode(bytes);
  };
  return { ...byteCodec(decode), kind: 'array_to_bytes' as const };
}

const bytesPerElement: Readonly<Record<string, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
};

function textCodec(meta: ChunkMeta) {
  const decode = (bytes: Uint8Array) => {
    const chunk: Chunk<DataType> = {
      data: decodeText(bytes, cellCount(meta.shape)),
      shape: meta.shape,
      stride: meta.shape.map(() => 1),
    };
    // zarrita's codec type knows bytes only; its own text codec returns a chunk in the same way.
    return chunk as unknown as Uint8Array;
  };
  return { ...byteCodec(decode), kind: 'array_to_bytes' as const };
}

function budgetOf(configuration: unknown): DecodeBudget {
  return (configuration as { budget: DecodeBudget }).budget;
}

function elementBytesOf(configuration: unknown): number {
  return (configuration as { elementBytes: number }).elementBytes;
}

function refuseEncode(): never {
  throw new Error('sources are only read');
}
