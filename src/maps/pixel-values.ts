import type { ValueSlab } from '../layer/index.js';
import { cellAt } from './axis-position.js';
import type { Resampling } from './resampling.js';
import type { AxisTable, TileWindow, WindowPixels } from './tile-window.js';

type Straight = Extract<WindowPixels, { kind: 'straight' }>;
type Scattered = Extract<WindowPixels, { kind: 'scattered' }>;

/** Collects the values of pixels from the slabs of their window, in any number of slabs. */
export interface PixelCollector {
  take(slab: ValueSlab): void;
  /** Of all pixels, row by row, NaN for no data; once all slabs are taken. */
  finish(): Float32Array;
}

/** A collector for a frame of `side` x `side` pixels. */
export function collectPixels(
  { pixels, width }: TileWindow,
  side: number,
  resampling: Resampling,
): PixelCollector {
  if (resampling === 'nearest') {
    const values = new Float32Array(side * side).fill(Number.NaN);
    const take =
      pixels.kind === 'straight'
        ? (slab: ValueSlab) => takeStraight(values, pixels, width, slab)
        : (slab: ValueSlab) => takeScattered(values, pixels, width, slab);
    return { take, finish: () => values };
  }
  const sums = new WeightedPixels(side * side);
  const take =
    pixels.kind === 'straight'
      ? (slab: ValueSlab) => addStraight(sums, pixels, width, slab)
      : (slab: ValueSlab) => addScattered(sums, pixels, width, slab);
  return { take, finish: () => sums.means() };
}

function takeStraight(
  values: Float32Array,
  { columns, rows }: Straight,
  width: number,
  { start, values: cells }: ValueSlab,
): void {
  const side = columns.nearest.length;
  for (let py = 0; py < rows.nearest.length; py++) {
    const row = rows.nearest[py]!;
    const from = row * width - start;
    if (row < 0 || from + width <= 0 || from >= cells.length) continue;
    for (let px = 0; px < side; px++) {
      const col = columns.nearest[px]!;
      const at = from + col;
      // A slab may begin and end inside of a row.
      if (col >= 0 && at >= 0 && at < cells.length) values[py * side + px] = cells[at]!;
    }
  }
}

function takeScattered(
  values: Float32Array,
  { columns, rows, first, last }: Scattered,
  width: number,
  { start, values: cells }: ValueSlab,
): void {
  for (let pixel = 0; pixel < values.length; pixel++) {
    const x = columns[pixel]!;
    const y = rows[pixel]!;
    if (Number.isNaN(x + y)) continue;
    const at = (cellAt(y, last.row) - first.row) * width + cellAt(x, last.col) - first.col - start;
    if (at >= 0 && at < cells.length) values[pixel] = cells[at]!;
  }
}

/** Sums of weighted values, for pixels between cells. */
class WeightedPixels {
  readonly sums: Float64Array;
  readonly weights: Float64Array;
  /** 1 once the cell that holds the pixel has a value: without that the pixel has none. */
  readonly isHeld: Uint8Array;

  constructor(pixels: number) {
    this.sums = new Float64Array(pixels);
    this.weights = new Float64Array(pixels);
    this.isHeld = new Uint8Array(pixels);
  }

  means(): Float32Array {
    const values = new Float32Array(this.sums.length);
    for (let pixel = 0; pixel < values.length; pixel++) {
      values[pixel] = this.isHeld[pixel] === 1 ? this.sums[pixel]! / this.weights[pixel]! : Number.NaN;
    }
    return values;
  }
}

function addStraight(
  pixels: WeightedPixels,
  { columns, rows }: Straight,
  width: number,
  slab: ValueSlab,
): void {
  const side = columns.nearest.length;
  for (let py = 0; py < rows.nearest.length; py++) {
    const [nearest, other, share] = [rows.nearest[py]!, rows.other[py]!, rows.share[py]!];
    if (nearest < 0) continue;
    const own = { row: nearest, weight: 1 - share, isOwn: 1, from: py * side };
    const next = { row: other, weight: share, isOwn: 0, from: py * side };
    // Always the upper row first, as slabs have them: sums must not depend on where slabs end.
    if (share > 0 && other < nearest) addRow(pixels, next, { columns, width, slab });
    addRow(pixels, own, { columns, width, slab });
    if (share > 0 && other > nearest) addRow(pixels, next, { columns, width, slab });
  }
}

/** Adds what a row of cells gives to a row of pixels, which starts at pixel `from`. */
function addRow(
  { sums, weights, isHeld }: WeightedPixels,
  { row, weight, isOwn, from }: { row: number; weight: number; isOwn: number; from: number },
  {
    columns: { nearest, other, share },
    width,
    slab: { start, values },
  }: { columns: AxisTable; width: number; slab: ValueSlab },
): void {
  const cells = row * width - start;
  if (cells + width <= 0 || cells >= values.length) return;
  for (let px = 0; px < nearest.length; px++) {
    const col = nearest[px]!;
    if (col < 0) continue;
    const at = cells + col;
    const part = share[px]!;
    // A slab may begin and end inside of a row: what is outside comes with another slab.
    const value = at >= 0 && at < values.length ? values[at]! : Number.NaN;
    if (!Number.isNaN(value)) {
      const own = weight * (1 - part);
      sums[from + px]! += own * value;
      weights[from + px]! += own;
      isHeld[from + px]! |= isOwn;
    }
    if (part === 0) continue;
    const atOther = cells + other[px]!;
    const beside = atOther >= 0 && atOther < values.length ? values[atOther]! : Number.NaN;
    if (!Number.isNaN(beside)) {
      sums[from + px]! += weight * part * beside;
      weights[from + px]! += weight * part;
    }
  }
}

function addScattered(
  { sums, weights, isHeld }: WeightedPixels,
  { columns, rows, first, last }: Scattered,
  width: number,
  { start, values }: ValueSlab,
): void {
  for (let pixel = 0; pixel < sums.length; pixel++) {
    const x = columns[pixel]!;
    const y = rows[pixel]!;
    if (Number.isNaN(x + y)) continue;
    // Beyond the outermost centres the outermost cells go on.
    const col = Math.min(last.col, Math.max(0, x));
    const row = Math.min(last.row, Math.max(0, y));
    const west = Math.floor(col);
    const north = Math.floor(row);
    const held = (cellAt(y, last.row) - first.row) * width + cellAt(x, last.col) - first.col - start;
    if (held >= 0 && held < values.length && !Number.isNaN(values[held]!)) isHeld[pixel] = 1;
    const eastShare = col - west;
    const southShare = row - north;
    for (let corner = 0; corner < 4; corner++) {
      const [dx, dy] = [corner & 1, corner >> 1];
      const weight = (dx === 1 ? eastShare : 1 - eastShare) * (dy === 1 ? southShare : 1 - southShare);
      if (weight === 0) continue;
      const at = (north + dy - first.row) * width + west + dx - first.col - start;
      if (at < 0 || at >= values.length || Number.isNaN(values[at]!)) continue;
      sums[pixel]! += weight * values[at]!;
      weights[pixel]! += weight;
    }
  }
}
