import {
  drawField,
  type Field,
  fieldCountOf,
  type MapStyle,
  marginOf,
  type Picture,
  parseStyle,
  rangeOf,
  rgbaPixels,
} from '../../../src/render/index.js';

export type ValueAt = (x: number, y: number) => number;

/** What part of a plane a field is: its first own pixel and its size. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A part of a plane with a value at every whole place, pixels of 30 x 40 metres, north of the equator. */
export function fieldOf(valueAt: ValueAt, { left, top, width, height }: Part, margin: number): Field {
  const [columns, rows] = [width + 2 * margin, height + 2 * margin];
  const values = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < columns; col++) {
      values[row * columns + col] = valueAt(left + col - margin, top + row - margin);
    }
  }
  const perRow = (value: number) => new Float64Array(rows).fill(value);
  const ground = { latitudes: perRow(45), columnMetres: perRow(30), rowMetres: perRow(40) };
  return { width, height, margin, values, ground };
}

export const range = { low: 0, high: 100 };

/** RGBA of a part of a plane. */
export function drawPart(
  text: string,
  planes: readonly ValueAt[],
  part: Part,
  more: Partial<Field> = {},
): Uint8Array {
  return rgbaPixels(pictureOf(parseStyle(text), planes, part, more));
}

export function pictureOf(
  style: MapStyle,
  planes: readonly ValueAt[],
  part: Part,
  more: Partial<Field> = {},
): Picture {
  const margin = marginOf(style, more.scale);
  const fields = Array.from({ length: fieldCountOf(style) }, (_, at) => ({
    ...fieldOf(planes[at]!, part, margin),
    ...more,
  }));
  return drawField(fields as [Field, ...Field[]], style, rangeOf(style, { stored: range }));
}

/** The pixels of a part of a picture of `width` pixels. */
export function cut(
  pixels: Uint8Array,
  width: number,
  { left, top, width: columns, height }: Part,
): Uint8Array {
  const rows = Array.from({ length: height }, (_, row) => {
    const from = 4 * ((top + row) * width + left);
    return pixels.subarray(from, from + 4 * columns);
  });
  return Uint8Array.from(Buffer.concat(rows));
}

/** Hills, valleys and a hole without values. */
export const terrain: ValueAt = (x, y) =>
  Math.hypot(x - 70, y - 20) < 9
    ? Number.NaN
    : 50 + 30 * Math.sin(x / 17 + Math.sin(y / 23)) * Math.cos(y / 13);
