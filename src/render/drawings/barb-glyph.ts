import type { InkSheet, Pen, Point } from './ink-sheet.js';
import { barbFeathers, maxKnots } from './wind-barb.js';
import type { LatticeWind } from './wind-lattice.js';

/** In sizes of a glyph. */
const staffLength = 0.9;
const featherLength = 0.4;
/** How far a feather leans outwards, and how far the next one is from it. */
const lean = 0.15;
const pitch = 0.12;
const pennantPitch = 0.18;
const calmRadius = 0.12;

/** Pixels from its station that a barb may cover, without the width of its line. */
export function barbReach(size: number): number {
  return Math.hypot(staffLength + lean, featherLength) * size;
}

interface BarbLook {
  readonly knots: number;
  readonly size: number;
  readonly pen: Pen;
}

/**
 * A barb whose staff points from the place of the wind to where it comes from; feathers on the side of lower pressure: seen
 * with the wind the left one in the northern hemisphere, the right one in the southern. Calm is a circle.
 */
export function drawBarb(
  sheet: InkSheet,
  { col, row, u, v, latitude }: LatticeWind,
  { knots, size, pen }: BarbLook,
): void {
  if (!(knots <= maxKnots)) return;
  const feathers = barbFeathers(knots);
  if (feathers === undefined) {
    sheet.ring({ x: col, y: row, radius: calmRadius * size }, pen);
    return;
  }
  const speed = Math.hypot(u, v);
  // Rows run to the south.
  const [outX, outY] = [-u / speed, v / speed];
  const side = latitude < 0 ? 1 : -1;
  const place = (out: number, aside: number): Point => [
    col + size * (out * outX + aside * side * outY),
    row + size * (out * outY - aside * side * outX),
  ];
  const stroke = ([x0, y0]: Point, [x1, y1]: Point) => sheet.line({ x0, y0, x1, y1 }, pen);
  stroke(place(0, 0), place(staffLength, 0));
  const { pennants, full, half } = feathers;
  const rest = full + half;
  // As many as there are must find room on the staff.
  const needed = pennants * pennantPitch + rest * pitch;
  const squeeze = Math.min(1, (staffLength * 0.9) / needed);
  let at = staffLength;
  for (let pennant = 0; pennant < pennants; pennant++) {
    const inner = at - pennantPitch * squeeze;
    sheet.triangle([place(at, 0), place(at, featherLength), place(inner, 0)], pen.colour);
    at = inner;
  }
  if (pennants > 0) at -= (pitch * squeeze) / 2;
  // Alone at the end of the staff half a feather might be taken for a whole one.
  if (pennants === 0 && full === 0) at -= pitch;
  for (let feather = 0; feather < rest; feather++) {
    const share = feather < full ? 1 : 0.5;
    stroke(place(at, 0), place(at + lean * share, featherLength * share));
    at -= pitch * squeeze;
  }
}
