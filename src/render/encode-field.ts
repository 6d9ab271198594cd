import { bytesOfCells } from '../raster/index.js';
import { type Field, ownValues } from './field.js';
import type { ColourRange } from './scales/colour-range.js';
import { halfFloatBytes } from './values/half-float.js';
import { encodeQuantised } from './values/quantised-png.js';

/** Forms in which the values of pixels are sent: little-endian floats, or codes in a PNG (docs/styles.md). */
export type DataFormat = (typeof dataFormats)[number];

export const dataFormats = ['f32', 'f16', 'q16', 'q24'] as const;

export function isDataFormat(format: string): format is DataFormat {
  return dataFormats.some((known) => known === format);
}

/**
 * The values of a field's own pixels. `range` is that of the codes, for the quantised forms only.
 *
 * Throws: InvalidArgumentError for a quantised form without a range.
 */
export async function encodeField(
  field: Field,
  format: DataFormat,
  range?: ColourRange,
): Promise<Uint8Array> {
  switch (format) {
    case 'f32':
      return bytesOfCells(ownValues(field));
    case 'f16':
      return halfFloatBytes(ownValues(field));
    case 'q16':
    case 'q24':
      return encodeQuantised(field, format, range);
    default:
      return format satisfies never;
  }
}
