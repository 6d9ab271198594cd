import type { Palette } from '../colours/palette.js';
import { encodeIndexedPng } from '../files/indexed-png.js';
import type { NumberRange } from '../round-numbers.js';
import type { ColourRange } from '../scales/colour-range.js';
import { rampIndexes } from './ramp-indexes.js';

/** More pixels than this along a side are not seen. */
const MAX_PIXELS = 1024;
/** Centres are evenly spaced when none is further from its place than this part of a step. */
const TOLERANCE = 0.01;

/** Cells as a picture, and what it covers. */
export interface CellImage {
  /** A data: URI of a PNG, its first row that with the highest y. */
  readonly href: string;
  readonly x: NumberRange;
  readonly y: NumberRange;
}

/** Values of a plane of cells, row by row, and the centres of its columns and rows: in one direction, evenly spaced or not. */
export interface CellPlane {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly values: Float64Array;
}

/**
 * A plane of cells in the colours of a palette, a missing value transparent. A pixel is the cell that holds its middle.
 *
 * Throws: as `rampIndexes` and `encodeIndexedPng`.
 */
export async function cellImage(
  { xs, ys, values }: CellPlane,
  { range, palette }: { readonly range: ColourRange; readonly palette: Palette },
): Promise<CellImage> {
  const [across, down] = [pixelsOf(xs), pixelsOf(ys)];
  const cells = rampIndexes(values, range);
  const indexes = new Uint8Array(across.cells.length * down.cells.length);
  let pixel = 0;
  for (const row of down.cells.toReversed()) {
    for (const column of across.cells) indexes[pixel++] = cells[row * xs.length + column]!;
  }
  const png = await encodeIndexedPng({
    width: across.cells.length,
    height: down.cells.length,
    indexes,
    palette,
  });
  const href = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  return { href, x: across.range, y: down.range };
}

/** What cells cover along an axis: each reaches half way to its neighbours. */
export function coveredRange(centres: readonly number[]): NumberRange {
  const edges = edgesOf(centres);
  const [first, last] = [edges[0]!, edges.at(-1)!];
  return { low: Math.min(first, last), high: Math.max(first, last) };
}

/** Which cell each pixel along an axis shows, from low to high. */
function pixelsOf(centres: readonly number[]): { readonly cells: number[]; readonly range: NumberRange } {
  const count = centres.length;
  const range = coveredRange(centres);
  const isRising = centres.at(-1)! >= centres[0]!;
  const order = Array.from({ length: count }, (_, i) => (isRising ? i : count - 1 - i));
  if (isEven(centres) && count <= MAX_PIXELS) return { cells: order, range };
  const edges = edgesOf(order.map((i) => centres[i]!));
  const pixels = isEven(centres) ? MAX_PIXELS : pixelsFor(edges);
  let at = 0;
  const cells = Array.from({ length: pixels }, (_, pixel) => {
    const middle = range.low + ((range.high - range.low) * (pixel + 0.5)) / pixels;
    while (at < count - 1 && middle >= edges[at + 1]!) at++;
    return order[at]!;
  });
  return { cells, range };
}

/** So many that the narrowest cell has two, unless they are more than can be seen. */
function pixelsFor(edges: readonly number[]): number {
  const widths = edges.slice(1).map((edge, i) => edge - edges[i]!);
  const total = edges.at(-1)! - edges[0]!;
  return Math.min(
    MAX_PIXELS,
    Math.ceil((2 * total) / widths.reduce((least, width) => Math.min(least, width))),
  );
}

function isEven(centres: readonly number[]): boolean {
  const step = (centres.at(-1)! - centres[0]!) / Math.max(1, centres.length - 1);
  return centres.every(
    (centre, i) => Math.abs(centre - (centres[0]! + i * step)) <= Math.abs(step) * TOLERANCE,
  );
}

/** One more than there are centres; a cell alone is taken to be one wide, and so are all together at one place. */
function edgesOf(centres: readonly number[]): number[] {
  const inner = centres.slice(1).map((centre, i) => (centre + centres[i]!) / 2);
  const first = centres[0]!;
  const last = centres.at(-1)!;
  if (first === last)
    return Array.from({ length: centres.length + 1 }, (_, i) => first - 0.5 + i / centres.length);
  return [2 * first - inner[0]!, ...inner, 2 * last - inner.at(-1)!];
}
