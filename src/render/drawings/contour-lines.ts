import type { Field } from '../field.js';
import { levelClasses, missing } from './contour-levels.js';
import type { Segment } from './ink-sheet.js';

/** In a square between four pixels no more lines than these are told apart. */
const maxLinesInSquare = 4;

/**
 * Passes on the lines along which a field has the values of ascending `levels`, in straight pieces, one for each square
 * between the centres of four pixels (two where a level crosses all its sides). Coordinates are those of the field's own
 * pixels. A square with a missing corner has none, so that lines end at missing values. A piece depends on the values at
 * the four corners alone: tiles that both have a square draw the same there.
 *
 * Of more than four levels between neighbouring pixels, which would fill the square with ink, four to seven are drawn.
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
      const square = {
        x: col - margin,
        y: row - margin,
        nw: values[at]!,
        ne: values[at + 1]!,
        sw: values[at + stride]!,
        se: values[at + stride + 1]!,
      };
      for (let level = first; level < last; level += step) {
        for (const segment of linesInSquare(square, levels[level]!)) take(segment, level);
      }
    }
  }
}

/** The values at the centres of four pixels, and where the north-western one is. */
interface Square {
  readonly x: number;
  readonly y: number;
  readonly nw: number;
  readonly ne: number;
  readonly sw: number;
  readonly se: number;
}

type Crossing = readonly [x: number, y: number];

/** A corner that has the very value of the level counts as above it. */
function linesInSquare({ x, y, nw, ne, sw, se }: Square, level: number): Segment[] {
  const north = (): Crossing => [x + share(nw, ne, level), y];
  const south = (): Crossing => [x + share(sw, se, level), y + 1];
  const west = (): Crossing => [x, y + share(nw, sw, level)];
  const east = (): Crossing => [x + 1, y + share(ne, se, level)];
  const [isNw, isNe, isSw, isSe] = [nw >= level, ne >= level, sw >= level, se >= level];
  if (isNw === isSe && isNe === isSw && isNw !== isNe) {
    // A saddle: the corners that are on the side of the middle's value are joined through it.
    const isJoined = (nw + ne + sw + se) / 4 >= level === isNw;
    return isJoined
      ? [between(north(), east()), between(west(), south())]
      : [between(north(), west()), between(east(), south())];
  }
  const crossings = [
    ...(isNw === isNe ? [] : [north()]),
    ...(isNe === isSe ? [] : [east()]),
    ...(isSw === isSe ? [] : [south()]),
    ...(isNw === isSw ? [] : [west()]),
  ];
  const [from, to] = crossings;
  return from === undefined || to === undefined ? [] : [between(from, to)];
}

function between([x0, y0]: Crossing, [x1, y1]: Crossing): Segment {
  return { x0, y0, x1, y1 };
}

/** How far from the first to the second value a level lies between them. Infinite values are at the other's pixel. */
function share(first: number, second: number, level: number): number {
  if (!Number.isFinite(first)) return Number.isFinite(second) ? 1 : 0.5;
  return Number.isFinite(second) ? (level - first) / (second - first) : 0;
}
