import { InvalidArgumentError } from '../../errors/index.js';
import type { Field } from '../field.js';

/** Where the light of a shaded relief comes from, in degrees, and by how much heights are multiplied. */
export interface Light {
  /** Clockwise from north. */
  readonly azimuth: number;
  /** Above the horizon. */
  readonly altitude: number;
  readonly exaggeration: number;
}

/** Pixels around a pixel that its slope is taken from. */
export const shadeMargin = 1;

/**
 * How much light falls on each of a field's own pixels, 0 to 1, NaN where the pixel is missing. Values are heights in
 * metres. Slopes are those of Horn from the eight neighbours; a missing neighbour counts as high as the pixel itself.
 *
 * Source: B. K. P. Horn, Hill shading and the reflectance map, Proc. IEEE 69(1), 1981.
 * Throws: InvalidArgumentError for a field without margin or ground.
 */
export function shadeField(field: Field, { azimuth, altitude, exaggeration }: Light): Float32Array {
  const { width, height, margin, values, ground } = field;
  if (margin < shadeMargin || ground === undefined) {
    throw new InvalidArgumentError('a hillshade needs a margin and the size of pixels on the ground', {
      margin,
      allowed: `at least ${shadeMargin}`,
    });
  }
  const [turn, rise] = [radians(azimuth), radians(altitude)];
  const light = {
    east: Math.sin(turn) * Math.cos(rise),
    north: Math.cos(turn) * Math.cos(rise),
    up: Math.sin(rise),
  };
  const stride = width + 2 * margin;
  const shades = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const perColumn = exaggeration / (8 * ground.columnMetres[row + margin]!);
    const perRow = exaggeration / (8 * ground.rowMetres[row + margin]!);
    for (let col = 0; col < width; col++) {
      const at = (row + margin) * stride + col + margin;
      const { east, north } = slopeAt(values, at, stride);
      const [p, q] = [east * perColumn, north * perRow];
      const shade = (light.up - p * light.east - q * light.north) / Math.sqrt(1 + p * p + q * q);
      shades[row * width + col] = shade < 0 ? 0 : shade;
    }
  }
  return shades;
}

/** Eight times the rise to the east and to the north over one pixel; NaN for a missing pixel. */
function slopeAt(values: Float32Array, at: number, stride: number): { east: number; north: number } {
  const own = values[at]!;
  const heightOf = (place: number) => {
    const value = values[place]!;
    return Number.isNaN(value) ? own : value;
  };
  const [nw, n, ne] = [heightOf(at - stride - 1), heightOf(at - stride), heightOf(at - stride + 1)];
  const [w, e] = [heightOf(at - 1), heightOf(at + 1)];
  const [sw, s, se] = [heightOf(at + stride - 1), heightOf(at + stride), heightOf(at + stride + 1)];
  if (Number.isNaN(own)) return { east: own, north: own };
  return { east: ne + 2 * e + se - (nw + 2 * w + sw), north: nw + 2 * n + ne - (sw + 2 * s + se) };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
