import { CorruptionError } from '../../errors/index.js';

interface Limits {
  readonly exactBytes?: number;
  readonly limitBytes: number;
}

const maxBlockBytes = 128 * 1024;
// libzstd splits a full block into at most 196; more small blocks than that are made to exhaust memory.
const maxSplits = 256;

/**
 * Checks Zstandard frames before they are decoded: the content sizes they declare against the chunk, and that
 * their blocks are complete and few enough not to give vastly more than declared.
 * Source: RFC 8878.
 */
export function checkZstdFrames(bytes: Uint8Array, { exactBytes, limitBytes }: Limits): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let declared: number | undefined = 0;
  let possible = 0;
  while (at < bytes.length) {
    const frame = measureFrame(view, at);
    at = frame.end;
    declared =
      declared === undefined || frame.contentBytes === undefined ? undefined : declared + frame.contentBytes;
    possible += frame.possibleBytes;
  }
  const fits =
    declared === undefined || (exactBytes === undefined ? declared <= limitBytes : declared === exactBytes);
  if (!fits)
    throw damaged('another length declared than the chunk’s', {
      expectedBytes: exactBytes ?? limitBytes,
      declaredBytes: declared ?? 0,
    });
  if (possible > maxSplits * limitBytes + 2 * maxBlockBytes)
    throw damaged('more blocks than the chunk can have', { limitBytes, possibleBytes: possible });
}

interface Frame {
  readonly end: number;
  readonly contentBytes: number | undefined;
  /** Upper bound of what its blocks decode to. */
  readonly possibleBytes: number;
}

function measureFrame(view: DataView, start: number): Frame {
  need(view, start + 8);
  const magic = view.getUint32(start, true);
  if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
    const end = start + 8 + view.getUint32(start + 4, true);
    need(view, end);
    return { end, contentBytes: 0, possibleBytes: 0 };
  }
  if (magic !== 0xfd2fb528) throw damaged('not a frame', { offset: start });
  const descriptor = view.getUint8(start + 4);
  const isSingleSegment = (descriptor & 32) !== 0;
  const idBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const sizeAt = start + 5 + (isSingleSegment ? 0 : 1) + idBytes;
  need(view, sizeAt + sizeBytes);
  const contentBytes = contentSize(view, sizeAt, sizeBytes);
  const blocks = measureBlocks(view, sizeAt + sizeBytes);
  const end = blocks.end + ((descriptor & 4) !== 0 ? 4 : 0);
  need(view, end);
  return { end, contentBytes, possibleBytes: blocks.possibleBytes };
}

function contentSize(view: DataView, at: number, bytes: number): number | undefined {
  if (bytes === 0) return undefined;
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}

function measureBlocks(view: DataView, start: number): { end: number; possibleBytes: number } {
  let at = start;
  let possibleBytes = 0;
  for (let isLast = false; !isLast; ) {
    need(view, at + 3);
    const header = view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
    const kind = (header >> 1) & 3;
    const size = header >> 3;
    isLast = (header & 1) === 1;
    if (kind === 3) throw damaged('block of unknown kind', { offset: at });
    possibleBytes += kind === 2 ? maxBlockBytes : size;
    at += 3 + (kind === 1 ? 1 : size);
    need(view, at);
  }
  return { end: at, possibleBytes };
}

function need(view: DataView, end: number): void {
  if (end > view.byteLength)
    throw damaged('frame ends early', { expectedBytes: end, foundBytes: view.byteLength });
}

function damaged(problem: string, fields: Record<string, number>): CorruptionError {
  return new CorruptionError(`zstd: ${problem}`, fields);
}
