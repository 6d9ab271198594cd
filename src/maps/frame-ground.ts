import { EARTH_RADIUS_METRES } from '../grid/index.js';
import type { FieldGround } from '../render/index.js';
import type { PixelFrame } from './pixel-frame.js';

/** How large the pixels of a frame are on the ground, on a sphere. */
export function frameGround({ latitudes, longitudes, side }: PixelFrame): FieldGround {
  // In the middle, as longitudes may jump where margins cross the antimeridian.
  const middle = Math.floor(side / 2);
  const step = radians(longitudes[middle]! - longitudes[middle - 1]!);
  return {
    latitudes,
    columnMetres: latitudes.map((latitude) => EARTH_RADIUS_METRES * step * Math.cos(radians(latitude))),
    rowMetres: latitudes.map((_, row) => {
      const [above, below] = [Math.max(0, row - 1), Math.min(side - 1, row + 1)];
      return (EARTH_RADIUS_METRES * radians(latitudes[above]! - latitudes[below]!)) / (below - above);
    }),
  };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
