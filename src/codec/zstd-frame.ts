import { CorruptionError } from '../errors/index.js';

const magic = 0xfd2fb528;
const dictionaryIdBytes = [0, 1, 2, 4];
const contentSizeBytes = [0, 2, 4, 8];

/**
 * The content size a zstd frame states; CorruptionError when the frame does not start like one or states none.
 *
 * Source: RFC 8878, 3.1.1.1 (frame header).
 */
export function parseZstdContentSize(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.byteLength < 5 || view.getUint32(0, true) !== magic) throw new CorruptionError('not a zstd frame');
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeCode = descriptor >> 6;
  const width = sizeCode === 0 && isSingleSegment ? 1 : contentSizeBytes[sizeCode]!;
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryIdBytes[descriptor & 3]!;
  if (width === 0 || at + width > view.byteLength) {
    throw new CorruptionError('zstd frame without its content size');
  }
  return readContentSize(view, at, width);
}

function readContentSize(view: DataView, at: number, width: number): number {
  if (width === 1) return view.getUint8(at);
  if (width === 2) return view.getUint16(at, true) + 256;
  if (width === 4) return view.getUint32(at, true);
  return Number(view.getBigUint64(at, true));
}
