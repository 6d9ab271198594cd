import { registry } from 'zarrita';
import { CorruptionError } from '../../errors/index.js';
import { checkZstdFrames } from '../zarr/zstd-frames.js';

type Decode = (bytes: Uint8Array) => Promise<Uint8Array>;

let decoder: Promise<Decode> | undefined;

/** Decodes Zstandard to at most `limitBytes`; its frames are checked before anything is allocated. */
export async function decodeZstd(bytes: Uint8Array, limitBytes: number): Promise<Uint8Array> {
  checkZstdFrames(bytes, { limitBytes });
  decoder ??= loadDecoder();
  const decode = await decoder;
  return decode(bytes).catch((cause: unknown) => {
    throw new CorruptionError('compressed bytes cannot be decoded', { codec: 'zstd' }, { cause });
  });
}

async function loadDecoder(): Promise<Decode> {
  const load = registry.get('zstd');
  if (load === undefined) throw new Error('zarrita has no codec zstd');
  const meta = { dataType: 'uint8' as const, shape: [], codecs: [], fillValue: null };
  const codec = (await load()).fromConfig({}, meta);
  return async (bytes) => codec.decode(bytes) as Promise<Uint8Array>;
}
