import { getDecoder } from 'geotiff';
import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { type CellType, cellsFromBytes, isFloatType } from '../../raster/index.js';

/** What a LERC blob has to hold. */
export interface LercBlock {
  readonly columns: number;
  readonly rows: number;
  readonly bands: number;
  readonly type: CellType;
}

interface LercHeader extends LercBlock {
  readonly validCells: number;
  readonly maskAt: number;
}

const LERC = 34887;
const TYPES: readonly CellType[] = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'float32',
  'float64',
];
const END_OF_MASK = -32768;

/**
 * Decodes one LERC blob, its header checked before. Cells that its mask leaves out are NaN, as GDAL gives them.
 * geotiff's decoder leaves them 0, so the mask is read here.
 *
 * Throws: UnsupportedError for a mask over integers, which have no value for it.
 */
export async function decodeLerc(bytes: Uint8Array<ArrayBuffer>, block: LercBlock): Promise<Uint8Array> {
  const header = readHeader(bytes);
  for (const member of ['columns', 'rows', 'bands', 'type'] as const)
    if (header[member] !== block[member])
      throw damaged(`another ${member} than the block’s`, { expected: block[member], found: header[member] });
  const pixels = block.columns * block.rows;
  const isMasked = header.validCells < pixels;
  if (isMasked && !isFloatType(block.type))
    throw new UnsupportedError('LERC: a mask over integers is not supported', { type: block.type });
  const decoded = await runDecoder(bytes, block);
  if (isMasked) maskCells(decoded, readMask(bytes, header, pixels), block);
  return decoded;
}

async function runDecoder(bytes: Uint8Array<ArrayBuffer>, block: LercBlock): Promise<Uint8Array> {
  try {
    const decoder = await getDecoder(LERC, {
      tileWidth: block.columns,
      tileHeight: block.rows,
      predictor: 1,
      bitsPerSample: 8,
      planarConfiguration: 1,
      // Its second step (deflate, zstd) has been undone.
      LercParameters: [4, 0],
    } as Parameters<typeof getDecoder>[1]);
    return new Uint8Array(await decoder.decode(bytes.slice().buffer));
  } catch (cause) {
    throw damaged('bytes cannot be decoded', { reason: String(cause).slice(0, 120) });
  }
}

/** Source: Esri's LERC 2, versions 2 to 5. */
function readHeader(bytes: Uint8Array): LercHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLerc2 = bytes.length >= 70 && Buffer.from(bytes.subarray(0, 6)).toString('latin1') === 'Lerc2 ';
  if (!isLerc2) throw damaged('no LERC 2 blob', { foundBytes: bytes.length });
  const version = view.getInt32(6, true);
  if (version < 2 || version > 5)
    throw new UnsupportedError('LERC: version is not supported', { found: version, supported: '2 to 5' });
  let at = version >= 3 ? 14 : 10;
  const next = () => {
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const [rows, columns] = [next(), next()];
  const bands = version >= 4 ? next() : 1;
  const validCells = next();
  next();
  const blobBytes = next();
  const type = TYPES[next()];
  if (type === undefined) throw damaged('type of the cells is unknown', {});
  if (blobBytes !== bytes.length)
    throw damaged('another length than the block’s', { expected: blobBytes, found: bytes.length });
  if (validCells < 0 || validCells > rows * columns)
    throw damaged('number of valid cells is impossible', { found: validCells });
  // Three doubles, the error allowed and the range of the values, stand before the mask.
  return { rows, columns, bands, type, validCells, maskAt: at + 24 };
}

/** One bit per pixel, set where there are values; empty when there are none at all. */
function readMask(bytes: Uint8Array, { validCells, maskAt }: LercHeader, pixels: number): Uint8Array {
  const mask = new Uint8Array(Math.ceil(pixels / 8));
  if (validCells === 0) return mask;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = maskAt + 4 + view.getInt32(maskAt, true);
  let written = 0;
  for (let at = maskAt + 4; at + 2 <= Math.min(end, bytes.length); ) {
    const count = view.getInt16(at, true);
    at += 2;
    if (count === END_OF_MASK) break;
    const length = Math.abs(count);
    if (written + length > mask.length || at + (count > 0 ? count : 1) > bytes.length) break;
    if (count > 0) mask.set(bytes.subarray(at, at + count), written);
    else mask.fill(bytes[at]!, written, written + length);
    at += count > 0 ? count : 1;
    written += length;
  }
  if (written !== mask.length)
    throw damaged('mask does not fit the block', { expected: mask.length, found: written });
  return mask;
}

function maskCells(decoded: Uint8Array, mask: Uint8Array, { type, bands }: LercBlock): void {
  const cells = cellsFromBytes(type, decoded);
  for (let cell = 0; cell < cells.length; cell++) {
    const pixel = Math.floor(cell / bands);
    if ((mask[pixel >> 3]! & (128 >> (pixel & 7))) === 0) cells[cell] = Number.NaN;
  }
}

function damaged(problem: string, fields: Readonly<Record<string, unknown>>): CorruptionError {
  return new CorruptionError(`LERC: ${problem}`, fields);
}
