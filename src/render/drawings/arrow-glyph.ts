import type { InkSheet, Pen } from './ink-sheet.js';
import type { LatticeWind } from './wind-lattice.js';

/** In sizes of a glyph: an arrow at the range's high end, the longest head, and half its breadth. */
const longest = 1.5;
const longestHead = 0.25;
/** A head takes this much of a short arrow. */
const headShare = 0.45;
const headBreadth = 0.4;
/** Shorter arrows than this many pixels would point nowhere: they are dots. */
const shortest = 2;

/** Pixels from its middle that an arrow may cover, without the width of its line. */
export function arrowReach(size: number): number {
  return (longest / 2) * size + longestHead * headBreadth * size;
}

/** Pixels of an arrow's length at a speed: in proportion up to that of the range's high end, which none exceeds. */
export function arrowLength(speed: number, fastest: number, size: number): number {
  return fastest > 0 ? Math.min(1, speed / fastest) * longest * size : longest * size;
}

interface ArrowLook {
  readonly speed: number;
  readonly fastest: number;
  readonly size: number;
  readonly pen: Pen;
}

/** An arrow in the wind's direction, its middle at the place of the wind. */
export function drawArrow(
  sheet: InkSheet,
  { col, row, u, v }: LatticeWind,
  { speed, fastest, size, pen }: ArrowLook,
): void {
  const length = speed === 0 ? 0 : arrowLength(speed, fastest, size);
  if (length < shortest) {
    sheet.line({ x0: col, y0: row, x1: col, y1: row }, { ...pen, width: pen.width + 0.5 });
    return;
  }
  // Rows run to the south.
  const [dx, dy] = [u / speed, -v / speed];
  const [tipX, tipY] = [col + (dx * length) / 2, row + (dy * length) / 2];
  const head = Math.min(longestHead * size, headShare * length);
  const [neckX, neckY] = [tipX - dx * head, tipY - dy * head];
  sheet.line({ x0: col - (dx * length) / 2, y0: row - (dy * length) / 2, x1: neckX, y1: neckY }, pen);
  const breadth = Math.max(headBreadth * head, pen.width);
  sheet.triangle(
    [
      [tipX, tipY],
      [neckX - dy * breadth, neckY + dx * breadth],
      [neckX + dy * breadth, neckY - dx * breadth],
    ],
    pen.colour,
  );
}
