/** The part of hilbert-curve 2.0.5 used here; the package has no types of its own. */
declare module 'hilbert-curve' {
  /** Writes to its argument: give it a fresh point. Wrong, without an error, past order 26. */
  export function pointToIndex(point: { x: number; y: number }, order: number): number;
  /** Wrong, without an error, for an index outside 0 .. 4 ** order - 1 or past order 26. */
  export function indexToPoint(index: number, order: number): { x: number; y: number };
}
