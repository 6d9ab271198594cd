import type { LonLatBox } from './grid-place.js';
import { type PixelFrame, pixelLatitude, pixelLongitude } from './pixel-frame.js';

/** The box of a frame with its margins, which may cross the antimeridian. */
export function frameBox({ world, left, top, side }: PixelFrame): LonLatBox {
  const latitudes = { south: pixelLatitude(world, top + side), north: pixelLatitude(world, top) };
  if (side >= world.width) return { west: -180, east: 180, ...latitudes };
  return { west: pixelLongitude(world, left), east: pixelLongitude(world, left + side), ...latitudes };
}
