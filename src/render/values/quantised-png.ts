import { InvalidArgumentError } from '../../errors/index.js';
import { type Field, ownValues } from '../field.js';
import { encodePng, textChunk } from '../files/png-file.js';
import { type ColourRange, checkColourRange } from '../scales/colour-range.js';

/** Quantised forms, by the bits of a code. */
export type QuantisedFormat = 'q16' | 'q24';

const codeBits = { q16: 16, q24: 24 } as const;

/** How codes mean values: `offset + scale * (code - 1)` for codes from 1 on; 0 is no data. */
export interface Quantisation {
  readonly offset: number;
  readonly scale: number;
  /** The largest code, that of the range's high end. */
  readonly maxCode: number;
}

/**
 * The quantisation that spreads a range over all codes.
 *
 * Throws: InvalidArgumentError as `checkColourRange`.
 */
export function quantisation(range: ColourRange, format: QuantisedFormat): Quantisation {
  checkColourRange(range);
  const maxCode = 2 ** codeBits[format] - 1;
  const width = range.high - range.low;
  // A range of one value needs one code only; a scale of zero would make clients divide by it.
  return { offset: range.low, scale: width > 0 ? width / (maxCode - 1) : 1, maxCode };
}

/**
 * PNG of 8-bit RGB whose pixels are codes, red the upper byte: `code = 65536 R + 256 G + B`. Without an opacity
 * channel a browser's canvas gives every byte back as it is. Values beyond the range get the nearest code. Rows are
 * filtered by differences to the row above: 118 kB instead of 151 for a smooth q16 tile, 14 instead of 29 for a
 * blocky one; other filters made the same or more.
 *
 * Throws: InvalidArgumentError for a range that is none.
 */
export async function encodeQuantised(
  field: Field,
  format: QuantisedFormat,
  range: ColourRange | undefined,
): Promise<Uint8Array> {
  if (range === undefined) {
    throw new InvalidArgumentError('quantised values need a range', { parameter: 'range', format });
  }
  const { width, height } = field;
  const codes = quantisation(range, format);
  const chunks = [
    textChunk('Offset', String(codes.offset)),
    textChunk('Scale', String(codes.scale)),
    textChunk('Formula', 'value = Offset + Scale * (65536 R + 256 G + B - 1), 0 is no data'),
  ];
  const pixels = codePixels(ownValues(field), range, codes);
  return encodePng({ width, height, colours: 'rgb', pixels, filter: 'up', chunks });
}

function codePixels(
  values: Float32Array,
  { low, high }: ColourRange,
  { offset, scale }: Quantisation,
): Uint8Array {
  const pixels = new Uint8Array(values.length * 3);
  for (let cell = 0, at = 0; cell < values.length; cell++, at += 3) {
    const value = values[cell]!;
    if (Number.isNaN(value)) continue;
    const code = 1 + Math.round((Math.min(high, Math.max(low, value)) - offset) / scale);
    pixels[at] = code >> 16;
    pixels[at + 1] = code >> 8;
    pixels[at + 2] = code;
  }
  return pixels;
}
