import { CorruptionError, UnsupportedError } from '../../errors/index.js';

interface Limits {
  readonly exactBytes?: number;
  readonly limitBytes: number;
}

const headerBytes = 16;
const memcpyed = 2;
const noSplit = 16;

/** A compressed piece of a frame; what it decodes to is known beforehand. */
export interface BloscStream {
  readonly codec: 'blosclz' | 'lz4' | 'snappy' | 'zlib' | 'zstd';
  readonly bytes: Uint8Array;
  readonly decodedBytes: number;
}

const codecs = ['blosclz', 'lz4', 'snappy', 'zlib', 'zstd'] as const;

/**
 * Checks a Blosc 1 frame before it is decoded: declared sizes against the chunk, and that every block and
 * every stream in it lies inside the frame. Gives the compressed streams: the decoder overlooks errors in them.
 * Source: c-blosc README_CHUNK_FORMAT.rst.
 */
export function bloscStreams(bytes: Uint8Array, limits: Limits): BloscStream[] {
  if (bytes.length < headerBytes) throw damaged('too short for a header', { foundBytes: bytes.length });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint8(0);
  if (version < 1 || version > 2)
    throw new UnsupportedError('version of blosc is not supported', { version });
  const flags = view.getUint8(2);
  const decodedBytes = view.getUint32(4, true);
  const blockBytes = view.getUint32(8, true);
  const frameBytes = view.getUint32(12, true);
  const { exactBytes, limitBytes } = limits;
  const fits = exactBytes === undefined ? decodedBytes <= limitBytes : decodedBytes === exactBytes;
  if (!fits)
    throw damaged('another length declared than the chunk’s', {
      expectedBytes: exactBytes ?? limitBytes,
      declaredBytes: decodedBytes,
    });
  if (frameBytes !== bytes.length)
    throw damaged('frame is not as long as it says', { expectedBytes: frameBytes, foundBytes: bytes.length });
  if (decodedBytes === 0) return [];
  if (blockBytes === 0 || blockBytes > decodedBytes)
    throw damaged('size of a block is out of range', { blockBytes });
  if ((flags & memcpyed) !== 0) {
    if (frameBytes !== headerBytes + decodedBytes)
      throw damaged('plain copy has another length', { frameBytes });
    return [];
  }
  const codec = codecs[flags >> 5];
  if (codec === undefined) throw damaged('compressor is unknown', { flags });
  const isSplit = (flags & noSplit) === 0;
  return readBlocks(view, { codec, decodedBytes, blockBytes, typeBytes: view.getUint8(3), isSplit });
}

interface BlockLayout {
  readonly codec: BloscStream['codec'];
  readonly decodedBytes: number;
  readonly blockBytes: number;
  readonly typeBytes: number;
  readonly isSplit: boolean;
}

function readBlocks(view: DataView, layout: BlockLayout): BloscStream[] {
  const { codec, decodedBytes, blockBytes, typeBytes, isSplit } = layout;
  const blocks = Math.ceil(decodedBytes / blockBytes);
  const startsEnd = headerBytes + 4 * blocks;
  if (startsEnd > view.byteLength) throw damaged('list of blocks leaves the frame', { blocks });
  const found: BloscStream[] = [];
  for (let block = 0; block < blocks; block++) {
    const wantedBytes = Math.min(blockBytes, decodedBytes - block * blockBytes);
    // As c-blosc splits: by type, never into tiny streams, never the last partial block.
    const splits =
      isSplit &&
      wantedBytes === blockBytes &&
      typeBytes > 1 &&
      typeBytes <= 16 &&
      blockBytes / typeBytes >= 128;
    const streams = splits ? typeBytes : 1;
    let at = view.getUint32(headerBytes + 4 * block, true);
    if (at < startsEnd) throw damaged('block starts inside the header', { block });
    for (let stream = 0; stream < streams; stream++) {
      if (at + 4 > view.byteLength) throw damaged('block leaves the frame', { block, stream });
      const length = view.getInt32(at, true);
      const start = at + 4;
      at = start + length;
      if (length < 0 || at > view.byteLength) throw damaged('block leaves the frame', { block, stream });
      const bytes = new Uint8Array(view.buffer, view.byteOffset + start, length);
      // Streams that did not shrink are stored as they are.
      if (length !== wantedBytes / streams) found.push({ codec, bytes, decodedBytes: wantedBytes / streams });
    }
  }
  return found;
}

function damaged(problem: string, fields: Record<string, number>): CorruptionError {
  return new CorruptionError(`blosc: ${problem}`, fields);
}
