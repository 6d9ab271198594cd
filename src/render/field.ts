/** Values of the pixels of a picture, and of `margin` more on every side for drawings that look at neighbours. */
export interface Field {
  /** Pixels of the picture. */
  readonly width: number;
  readonly height: number;
  readonly margin: number;
  /** (width + 2 margin) x (height + 2 margin) values row by row from the north-west, NaN for no data. */
  readonly values: Float32Array;
  /** Pixels drawn for each of a plain picture's, on a side: 2 for `@2x`; 1 when absent. Lines and glyphs grow with it. */
  readonly scale?: number;
  /** Of the values, as the parameter has it; for drawings whose signs have a unit of their own. */
  readonly unit?: string;
  readonly ground?: FieldGround;
}

/** Where the rows of a field lie on the Earth, those of the margins included. North is up. */
export interface FieldGround {
  /** Degrees north of the centre of each row. */
  readonly latitudes: Float64Array;
  /** Metres on the ground from one pixel to the next along each row, and from each row to the next. */
  readonly columnMetres: Float64Array;
  readonly rowMetres: Float64Array;
}

/** The values of the picture's own pixels. Not copied where there is no margin. */
export function ownValues({ width, height, margin, values }: Field): Float32Array {
  if (margin === 0) return values;
  const own = new Float32Array(width * height);
  const stride = width + 2 * margin;
  for (let row = 0; row < height; row++) {
    const start = (row + margin) * stride + margin;
    own.set(values.subarray(start, start + width), row * width);
  }
  return own;
}
