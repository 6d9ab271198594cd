/** Pixels of three bands, chroma repeated `horizontal` by `vertical` times (1 or 2). */
export interface ChromaPlanes {
  readonly columns: number;
  readonly rows: number;
  readonly horizontal: number;
  readonly vertical: number;
}

const HALF = 0x8000;

/**
 * Turns YCbCr pixels into RGB in place, chroma interpolated between its samples as libjpeg does
 * ("fancy upsampling"): three parts of the nearer, one of the farther.
 */
export function convertYCbCr(pixels: Uint8Array, planes: ChromaPlanes): void {
  const cb = upsampled(pixels, 1, planes);
  const cr = upsampled(pixels, 2, planes);
  for (let k = 0; k < cb.length; k++) {
    const y = pixels[3 * k]!;
    const u = cb[k]! - 128;
    const v = cr[k]! - 128;
    // 1.402, 0.34414, 0.71414 and 1.772 in sixteenths of a bit, rounded as libjpeg rounds.
    pixels[3 * k] = clamp(y + ((91881 * v + HALF) >> 16));
    pixels[3 * k + 1] = clamp(y + ((-22554 * u - 46802 * v + HALF) >> 16));
    pixels[3 * k + 2] = clamp(y + ((116130 * u + HALF) >> 16));
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function upsampled(pixels: Uint8Array, band: number, planes: ChromaPlanes): Uint8Array {
  const { columns, rows, horizontal, vertical } = planes;
  const out = new Uint8Array(columns * rows);
  if (horizontal === 1 && vertical === 1) {
    for (let k = 0; k < out.length; k++) out[k] = pixels[3 * k + band]!;
    return out;
  }
  const width = Math.ceil(columns / horizontal);
  const sums = new Int32Array(width);
  for (let row = 0; row < rows; row++) {
    sumRows(pixels, { band, row, planes, sums });
    const target = out.subarray(row * columns, (row + 1) * columns);
    if (horizontal === 1) target.set(sums.map((sum) => (sum + 1 + (row & 1)) >> 2));
    else spreadRow(sums, target, vertical);
  }
  return out;
}

/** Chroma of one row in its own columns: four times it where rows are interpolated, else once. */
function sumRows(
  pixels: Uint8Array,
  { band, row, planes, sums }: { band: number; row: number; planes: ChromaPlanes; sums: Int32Array },
): void {
  const { columns, rows, horizontal, vertical } = planes;
  const near = Math.floor(row / vertical);
  const last = Math.ceil(rows / vertical) - 1;
  const far = vertical === 1 ? near : Math.min(last, Math.max(0, near + (row & 1 ? 1 : -1)));
  const nearAt = near * vertical * columns;
  const farAt = far * vertical * columns;
  for (let k = 0; k < sums.length; k++) {
    const value = pixels[3 * (nearAt + k * horizontal) + band]!;
    sums[k] = vertical === 1 ? value : 3 * value + pixels[3 * (farAt + k * horizontal) + band]!;
  }
}

function spreadRow(sums: Int32Array, out: Uint8Array, vertical: number): void {
  const last = sums.length - 1;
  const [shift, even, odd] = vertical === 1 ? [2, 1, 2] : [4, 8, 7];
  for (let x = 0; x < out.length; x++) {
    const k = x >> 1;
    const neighbour = x & 1 ? Math.min(last, k + 1) : Math.max(0, k - 1);
    out[x] = (3 * sums[k]! + sums[neighbour]! + (x & 1 ? odd : even)) >> shift;
  }
}
