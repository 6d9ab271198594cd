import { CorruptionError, type ErrorFields, UnsupportedError } from '../../errors/index.js';
import { isJsonObject, type JsonObject } from '../bounded-json.js';
import { type CodecPipeline, type CodecStep, type ElementType, elementBytes } from './zarr-metadata.js';

const byteCodecs: Readonly<Record<string, string>> = {
  blosc: 'blosc',
  zstd: 'zstd',
  gzip: 'gzip',
  crc32c: 'crc32c',
  'numcodecs.blosc': 'blosc',
  'numcodecs.lz4': 'lz4',
  'numcodecs.zstd': 'zstd',
  'numcodecs.gzip': 'gzip',
  'numcodecs.zlib': 'zlib',
};

interface CodecContext {
  readonly element: ElementType;
  readonly rank: number;
  readonly fields: ErrorFields;
}

interface NamedCodec {
  readonly name: string;
  readonly configuration: JsonObject;
}

/** Checks a chain of codecs: at most one transpose, then bytes, then compressors and checksums. */
export function parseCodecsV3(value: unknown, context: CodecContext): CodecPipeline {
  const { element, fields } = context;
  const codecs = codecList(value, 'codecs', fields);
  const arraySteps: CodecStep[] = [];
  const byteSteps: CodecStep[] = [];
  let endian: 'little' | 'big' | undefined;
  for (const codec of codecs) {
    if (codec.name === 'transpose' && endian === undefined && arraySteps.length === 0)
      arraySteps.push({ name: 'transpose', configuration: { order: permutation(codec, context) } });
    else if (codec.name === bytesCodecOf(element) && endian === undefined) endian = endianOf(codec, context);
    else if (endian !== undefined && Object.hasOwn(byteCodecs, codec.name))
      byteSteps.push({ name: byteCodecs[codec.name] ?? '', configuration: {} });
    else
      throw new UnsupportedError('codec is not supported (here)', {
        ...fields,
        codec: codec.name.slice(0, 60),
      });
  }
  if (endian === undefined)
    throw new CorruptionError('codecs lack the one that makes bytes', {
      ...fields,
      expected: bytesCodecOf(element),
    });
  return { arraySteps, endian, storedBytesPerElement: elementBytes(element), byteSteps };
}

/** Configuration of the sharding codec, when the only codec of an array is that one. */
export function shardingCodec(value: unknown, fields: ErrorFields): JsonObject | undefined {
  const codecs = codecList(value, 'codecs', fields);
  const sharding = codecs.find((codec) => codec.name === 'sharding_indexed');
  if (sharding === undefined) return undefined;
  if (codecs.length === 1) return sharding.configuration;
  throw new UnsupportedError('sharding together with other codecs is not supported', fields);
}

/** Whether the shard index ends in a crc32c; anything but little-endian bytes before it is refused. */
export function parseIndexCodecs(value: unknown, fields: ErrorFields): boolean {
  const codecs = codecList(value, 'index_codecs', fields);
  const [first, second, ...rest] = codecs;
  const isPlain = first?.name === 'bytes' && first.configuration.endian === 'little' && rest.length === 0;
  if (isPlain && (second === undefined || second.name === 'crc32c')) return second !== undefined;
  throw new UnsupportedError('codecs of the shard index are not supported', {
    ...fields,
    found: codecs
      .map((codec) => codec.name)
      .join(', ')
      .slice(0, 80),
  });
}

function codecList(value: unknown, member: string, fields: ErrorFields): NamedCodec[] {
  if (!Array.isArray(value) || value.length > 16)
    throw new CorruptionError('metadata member is not a short list', { ...fields, member });
  return value.map((codec: unknown) => {
    // Version 3 lets a codec without configuration be named by its text alone.
    if (typeof codec === 'string') return { name: codec, configuration: {} };
    if (!isJsonObject(codec) || typeof codec.name !== 'string')
      throw new CorruptionError('metadata member names no codec', { ...fields, member });
    return { name: codec.name, configuration: isJsonObject(codec.configuration) ? codec.configuration : {} };
  });
}

function bytesCodecOf(element: ElementType): string {
  return element.kind === 'text' ? 'vlen-utf8' : 'bytes';
}

function endianOf({ configuration }: NamedCodec, { element, fields }: CodecContext): 'little' | 'big' {
  const { endian } = configuration;
  if (endian === 'little' || endian === 'big') return endian;
  if (endian === undefined && (element.kind === 'text' || elementBytes(element) === 1)) return 'little';
  throw new CorruptionError('bytes codec does not say its byte order', { ...fields, member: 'endian' });
}

function permutation({ configuration }: NamedCodec, { rank, fields }: CodecContext): readonly number[] {
  const order: unknown = configuration.order;
  const sorted = Array.isArray(order) ? [...order].sort((a, b) => Number(a) - Number(b)) : [];
  if (sorted.length === rank && sorted.every((axis, i) => axis === i)) return order as number[];
  throw new CorruptionError('transpose order is not a permutation', {
    ...fields,
    found: JSON.stringify(order)?.slice(0, 60),
  });
}
