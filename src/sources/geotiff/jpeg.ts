import { getDecoder } from 'geotiff';
import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { convertYCbCr } from './ycbcr.js';

/** What a JPEG stream of an image has to hold. */
export interface JpegBlock {
  readonly columns: number;
  readonly rows: number;
  readonly bands: number;
  readonly isYCbCr: boolean;
  /** Tables all blocks of an image share. */
  readonly tables: Uint8Array | undefined;
}

interface Frame {
  readonly columns: number;
  readonly rows: number;
  /** Horizontal and vertical sampling factors of each component. */
  readonly sampling: readonly (readonly [h: number, v: number])[];
}

const JPEG = 7;
const MAX_SCANS = 64;

/**
 * Decodes one JPEG stream, colours to RGB where they are YCbCr. JPEG leaves decoders some freedom: values differ from
 * libjpeg's by a few units. Frame and ends of the stream are checked before it is decoded.
 */
export async function decodeJpeg(bytes: Uint8Array<ArrayBuffer>, block: JpegBlock): Promise<Uint8Array> {
  const frame = readFrame(bytes);
  const { columns, rows, sampling } = frame;
  if (columns !== block.columns || rows !== block.rows || sampling.length !== block.bands)
    throw damaged('frame does not fit the block', {
      expected: [block.columns, block.rows, block.bands],
      found: [columns, rows, sampling.length],
    });
  const [horizontal, vertical] = chromaSteps(frame, block);
  const pixels = await runDecoder(bytes, block);
  if (pixels.length !== columns * rows * block.bands)
    throw damaged('decoded length is not the block’s', { found: pixels.length });
  if (block.isYCbCr) convertYCbCr(pixels, { columns, rows, horizontal, vertical });
  return pixels;
}

async function runDecoder(bytes: Uint8Array<ArrayBuffer>, block: JpegBlock): Promise<Uint8Array> {
  try {
    const decoder = await getDecoder(JPEG, {
      tileWidth: block.columns,
      tileHeight: block.rows,
      predictor: 1,
      bitsPerSample: 8,
      planarConfiguration: 1,
      ...(block.tables === undefined ? {} : { JPEGTables: block.tables }),
    } as Parameters<typeof getDecoder>[1]);
    return new Uint8Array(await decoder.decode(bytes.slice().buffer));
  } catch (cause) {
    throw damaged('bytes cannot be decoded', { reason: String(cause).slice(0, 120) });
  }
}

/** Chroma may have half the columns or rows, which are then interpolated; nothing else is subsampled. */
function chromaSteps({ sampling }: Frame, { isYCbCr }: JpegBlock): readonly [number, number] {
  const [h, v] = sampling[0]!;
  const isFull = sampling.every(([a, b]) => a === h && b === v);
  if (isFull) return [1, 1];
  const isChroma = isYCbCr && sampling.slice(1).every(([a, b]) => a === 1 && b === 1);
  if (isChroma && (h === 1 || h === 2) && (v === 1 || v === 2)) return [h, v];
  throw new UnsupportedError('JPEG: subsampling is not supported', {
    found: sampling.map((factors) => factors.join('x')).join(' '),
  });
}

/** Walks the markers of a stream. Source: ITU-T T.81, annex B. */
function readFrame(bytes: Uint8Array): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) throw damaged('stream has no start', {});
  let frame: Frame | undefined;
  let scans = 0;
  for (let at = 2; ; ) {
    at = nextMarker(bytes, at);
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) break;
    if (at + 4 > bytes.length) throw damaged('stream ends early', { foundBytes: bytes.length });
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) throw damaged('stream ends early', { foundBytes: bytes.length });
    if (marker === 0xda && ++scans > MAX_SCANS) throw damaged('too many scans', { allowed: MAX_SCANS });
    if (isFrameMarker(marker)) {
      if (frame !== undefined) throw damaged('stream has several frames', {});
      frame = parseFrame(view, at, end);
    }
    at = end;
  }
  if (frame === undefined || scans === 0) throw damaged('stream has no picture', {});
  return frame;
}

/** Skips the data of a scan, in which 0xFF is followed by 0 or a restart. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    const code = bytes[at + 1]!;
    if (bytes[at] === 0xff && code !== 0 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7)) return at;
  }
  throw damaged('stream ends early', { foundBytes: bytes.length });
}

function isFrameMarker(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function parseFrame(view: DataView, at: number, end: number): Frame {
  const marker = view.getUint8(at + 1);
  if (marker > 0xc2) throw new UnsupportedError('JPEG: kind of frame is not supported', { found: marker });
  if (at + 10 > end || at + 10 + 3 * view.getUint8(at + 9) > end) throw damaged('frame ends early', {});
  const precision = view.getUint8(at + 4);
  if (precision !== 8) throw new UnsupportedError('JPEG: precision is not supported', { found: precision });
  const sampling = Array.from({ length: view.getUint8(at + 9) }, (_, k) => {
    const factors = view.getUint8(at + 11 + 3 * k);
    return [factors >> 4, factors & 15] as const;
  });
  if (sampling.length === 0 || sampling.flat().some((factor) => factor < 1 || factor > 4))
    throw damaged('sampling factors are impossible', {});
  return { rows: view.getUint16(at + 5), columns: view.getUint16(at + 7), sampling };
}

function damaged(problem: string, fields: Readonly<Record<string, unknown>>): CorruptionError {
  return new CorruptionError(`JPEG: ${problem}`, fields);
}
