import { bytesOfCells } from '../raster/index.js';
import { type Field, ownValues } from './field.js';

/** Forms in which the values of pixels are sent. */
export type DataFormat = 'f32';

/** The values of a field's own pixels. */
export async function encodeField(field: Field, format: DataFormat): Promise<Uint8Array> {
  switch (format) {
    case 'f32':
      return bytesOfCells(ownValues(field));
    default:
      return format satisfies never;
  }
}
