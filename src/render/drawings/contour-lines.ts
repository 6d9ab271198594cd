import type { Field } from '../field.js';
import { levelClasses, missing } from './contour-levels.js';
import type { Segment } from './ink-sheet.js';

/** Of more lines between neighbouring pixels every second, third ... is drawn. */
const maxLinesInSquare = 3;

/** Sides of a square: where its lines begin and end. */
const [north, east, south, west] = [0, 1, 2, 3] as const;

/**
 * Sides that a line joins, in pairs, by the corners at or above the level: 1 for the north-western, 2 north-eastern, 4
 * south-western, 8 south-eastern. Saddles (6 and 9) are here as if their middle were below.
 */
const joinedSides: readonly (readonly number[])[] = [
  ...[[], [north, west], [north, east], [west, east]],
  ...[
    [west, south],
    [north, south],
    [north, east, west, south],
    [east, south],
  ],
  ...[
    [east, south],
    [north, west, east, south],
    [north, south],
    [west, south],
  ],
  ...[[west, east], [north, east], [north, west], []],
];
const saddles: readonly number[] = [6, 9];

/**
 * Passes on the lines along which a field has the values of ascending `levels`, in straight pieces, one for each square
 * between the centres of four pixels (two where a level crosses all its sides). Coordinates are those of the field's own
 * pixels. A square with a missing corner has none, so that lines end at missing values; a corner with the very value of
 * the level counts as above it. A piece depends on the values at the four corners alone: tiles that both have a square
 * draw the same there. Of more than three levels between neighbouring pixels, where ink fills the square, three to five
 * are drawn.
 *
 * Source: Lorensen & Cline, Marching Cubes, SIGGRAPH 1987, in the plane.
 */
export function contourLines(
  { width, height, margin, values }: Field,
  levels: readonly number[],
  take: (segment: Segment, level: number) => void,
): void {
  const stride = width + 2 * margin;
  const classes = levelClasses(values, levels);
  const square = new Square();
  for (let row = 0; row + 1 < height + 2 * margin; row++) {
    for (let col = 0; col + 1 < stride; col++) {
      const at = row * stride + col;
      const [nw, ne] = [classes[at]!, classes[at + 1]!];
      const [sw, se] = [classes[at + stride]!, classes[at + stride + 1]!];
      if (nw === ne && nw === sw && nw === se) continue;
      const last = Math.max(nw, ne, sw, se);
      if (last === missing) continue;
      const first = Math.min(nw, ne, sw, se);
      const step = Math.max(1, Math.floor((last - first) / maxLinesInSquare));
      square.put(col - margin, row - margin, [
        ...[values[at]!, values[at + 1]!, values[at + stride]!, values[at + stride + 1]!],
      ]);
      for (let level = first; level < last; level += step) square.cut(levels[level]!, level, take);
    }
  }
}

/** The square between the centres of four pixels. One serves all in turn. */
class Square {
  #x = 0;
  #y = 0;
  /** Values at the north-western, north-eastern, south-western and south-eastern corner. */
  #corners: readonly number[] = [];

  put(x: number, y: number, corners: readonly number[]): void {
    this.#x = x;
    this.#y = y;
    this.#corners = corners;
  }

  cut(value: number, level: number, take: (segment: Segment, level: number) => void): void {
    const [nw, ne, sw, se] = this.#corners as readonly [number, number, number, number];
    const above =
      (nw >= value ? 1 : 0) + (ne >= value ? 2 : 0) + (sw >= value ? 4 : 0) + (se >= value ? 8 : 0);
    // The corners of a saddle that are on the side of its middle are joined through it.
    const isTurned = saddles.includes(above) && (nw + ne + sw + se) / 4 >= value;
    const sides = joinedSides[isTurned ? 15 - above : above]!;
    for (let at = 0; at + 1 < sides.length; at += 2) {
      const [from, to] = [sides[at]!, sides[at + 1]!];
      const [x0, y0] = [this.#acrossOf(from, value), this.#downOf(from, value)];
      take({ x0, y0, x1: this.#acrossOf(to, value), y1: this.#downOf(to, value) }, level);
    }
  }

  #acrossOf(side: number, value: number): number {
    const [nw, ne, sw, se] = this.#corners as readonly [number, number, number, number];
    if (side === west) return this.#x;
    if (side === east) return this.#x + 1;
    return this.#x + (side === north ? share(nw, ne, value) : share(sw, se, value));
  }

  #downOf(side: number, value: number): number {
    const [nw, ne, sw, se] = this.#corners as readonly [number, number, number, number];
    if (side === north) return this.#y;
    if (side === south) return this.#y + 1;
    return this.#y + (side === west ? share(nw, sw, value) : share(ne, se, value));
  }
}

/** How far from the first to the second value a level lies between them. Infinite values are at the other's pixel. */
function share(first: number, second: number, level: number): number {
  if (!Number.isFinite(first)) return Number.isFinite(second) ? 1 : 0.5;
  return Number.isFinite(second) ? (level - first) / (second - first) : 0;
}
