import type { ValueSlab } from '../layer/index.js';
import { cellAt } from './axis-position.js';
import type { Resampling } from './resampling.js';
import type { TileWindow, WindowPixels } from './tile-window.js';

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
  // Of each pixel: its own cell, the one beside it, the one above or below, the fourth; NaN for no data.
  const corners = new Float64Array(4 * side * side).fill(Number.NaN);
  return pixels.kind === 'straight'
    ? {
        take: (slab) => gatherStraight(corners, pixels, width, slab),
        finish: () => blendStraight(corners, pixels),
      }
    : {
        take: (slab) => gatherScattered(corners, pixels, width, slab),
        finish: () => blendScattered(corners, pixels),
      };
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

function gatherStraight(
  corners: Float64Array,
  { columns, rows }: Straight,
  width: number,
  { start, values: cells }: ValueSlab,
): void {
  const { nearest, other } = columns;
  const side = nearest.length;
  for (let py = 0; py < side; py++) {
    for (let below = 0; below < 2; below++) {
      const row = below === 0 ? rows.nearest[py]! : rows.other[py]!;
      const from = row * width - start;
      if (row < 0 || from + width <= 0 || from >= cells.length) continue;
      for (let px = 0; px < side; px++) {
        const col = nearest[px]!;
        if (col < 0) continue;
        const into = 4 * (py * side + px) + 2 * below;
        const at = from + col;
        const beside = from + other[px]!;
        if (at >= 0 && at < cells.length) corners[into] = cells[at]!;
        if (beside >= 0 && beside < cells.length) corners[into + 1] = cells[beside]!;
      }
    }
  }
}

function blendStraight(corners: Float64Array, { columns, rows }: Straight): Float32Array {
  const side = columns.share.length;
  const values = new Float32Array(side * side);
  for (let py = 0; py < side; py++) {
    const below = rows.share[py]!;
    for (let px = 0; px < side; px++) {
      const pixel = py * side + px;
      values[pixel] = blend(corners, 4 * pixel, columns.share[px]!, below);
    }
  }
  return values;
}

function gatherScattered(
  corners: Float64Array,
  { columns, rows, first, last }: Scattered,
  width: number,
  { start, values: cells }: ValueSlab,
): void {
  for (let pixel = 0; pixel < columns.length; pixel++) {
    const x = columns[pixel]!;
    const y = rows[pixel]!;
    if (Number.isNaN(x + y)) continue;
    const col = cellAt(x, last.col);
    const row = cellAt(y, last.row);
    const beside = otherCell(x, col, last.col) - col;
    const below = (otherCell(y, row, last.row) - row) * width;
    const own = (row - first.row) * width + col - first.col - start;
    for (let corner = 0; corner < 4; corner++) {
      const at = own + (corner % 2 === 1 ? beside : 0) + (corner >= 2 ? below : 0);
      if (at >= 0 && at < cells.length) corners[4 * pixel + corner] = cells[at]!;
    }
  }
}

function blendScattered(corners: Float64Array, { columns, rows, last }: Scattered): Float32Array {
  const values = new Float32Array(columns.length);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const beside = shareOfOther(columns[pixel]!, last.col);
    values[pixel] = blend(corners, 4 * pixel, beside, shareOfOther(rows[pixel]!, last.row));
  }
  return values;
}

/** The cell on the other side of a position than the one that holds it; the same beyond the outermost centres, which go on. */
function otherCell(position: number, cell: number, last: number): number {
  if (position > cell && cell < last) return cell + 1;
  return position < cell && cell > 0 ? cell - 1 : cell;
}

function shareOfOther(position: number, last: number): number {
  const cell = cellAt(position, last);
  return otherCell(position, cell, last) === cell ? 0 : Math.abs(position - cell);
}

/** Between the four values from `at` on; of those that are there, when the first is. */
function blend(corners: Float64Array, at: number, beside: number, below: number): number {
  const own = corners[at]!;
  const value =
    (1 - below) * ((1 - beside) * own + beside * corners[at + 1]!) +
    below * ((1 - beside) * corners[at + 2]! + beside * corners[at + 3]!);
  return Number.isNaN(value) && !Number.isNaN(own) ? blendOfKnown(corners, at, beside, below) : value;
}

function blendOfKnown(corners: Float64Array, at: number, beside: number, below: number): number {
  let [sum, weights] = [0, 0];
  for (let corner = 0; corner < 4; corner++) {
    const value = corners[at + corner]!;
    if (Number.isNaN(value)) continue;
    const weight = (corner % 2 === 1 ? beside : 1 - beside) * (corner >= 2 ? below : 1 - below);
    sum += weight * value;
    weights += weight;
  }
  return sum / weights;
}
