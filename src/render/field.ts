/** Values of the pixels of a picture, and of `margin` more on every side for drawings that look at neighbours. */
export interface Field {
  /** Pixels of the picture. */
  readonly width: number;
  readonly height: number;
  readonly margin: number;
  /** (width + 2 margin) x (height + 2 margin) values row by row from the north-west, NaN for no data. */
  readonly values: Float32Array;
  /** Metres on the ground along a pixel of each row, margins included; for slopes. */
  readonly metresPerPixel?: Float64Array;
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
