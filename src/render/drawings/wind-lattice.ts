import { InvalidArgumentError } from '../../errors/index.js';
import type { Field } from '../field.js';

/** A wind at a place of a picture. */
export interface LatticeWind {
  /** The field's own pixel that it is of; below 0 and beyond the sides in margins. */
  readonly col: number;
  readonly row: number;
  /** Components to the east and to the north. */
  readonly u: number;
  readonly v: number;
  readonly latitude: number;
}

/** Pixels between glyphs that divide the side of every tile, so that all tiles of the world have one lattice. */
export const latticeSpacings: readonly number[] = [16, 32, 64, 128];

/**
 * The winds at every `spacing`-th pixel of two fields, the first in the middle of the first `spacing`; margins as well.
 * Missing and infinite ones are left out. A row without ground counts as on the equator.
 *
 * Throws: InvalidArgumentError for fields of different sizes.
 */
export function* latticeWinds(u: Field, v: Field, spacing: number): Generator<LatticeWind> {
  const { width, height, margin, values, ground } = u;
  if (width !== v.width || height !== v.height || margin !== v.margin) {
    throw new InvalidArgumentError('both components of a wind have the same pixels', {
      found: `${v.width} x ${v.height} + ${v.margin}`,
      allowed: `${width} x ${height} + ${margin}`,
    });
  }
  const stride = width + 2 * margin;
  const first = spacing / 2 - spacing * Math.floor((margin + spacing / 2) / spacing);
  for (let row = first; row < height + margin; row += spacing) {
    for (let col = first; col < width + margin; col += spacing) {
      const at = (row + margin) * stride + col + margin;
      const [east, north] = [values[at]!, v.values[at]!];
      if (!Number.isFinite(east) || !Number.isFinite(north)) continue;
      yield { col, row, u: east, v: north, latitude: ground?.latitudes[row + margin] ?? 0 };
    }
  }
}

/** Speeds of winds. */
export function windSpeeds(winds: readonly LatticeWind[]): Float32Array {
  return Float32Array.from(winds, ({ u, v }) => Math.hypot(u, v));
}
