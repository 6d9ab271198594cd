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
      const own = values[at]!;
      let [nw, n, ne] = [values[at - stride - 1]!, values[at - stride]!, values[at - stride + 1]!];
      let [w, e] = [values[at - 1]!, values[at + 1]!];
      let [sw, s, se] = [values[at + stride - 1]!, values[at + stride]!, values[at + stride + 1]!];
      if (Number.isNaN(nw + n + ne + w + e + sw + s + se)) {
        [nw, n, ne] = [heightOr(nw, own), heightOr(n, own), heightOr(ne, own)];
        [w, e] = [heightOr(w, own), heightOr(e, own)];
        [sw, s, se] = [heightOr(sw, own), heightOr(s, own), heightOr(se, own)];
      }
      const toEast = (ne + 2 * e + se - (nw + 2 * w + sw)) * perColumn;
      const toNorth = (nw + 2 * n + ne - (sw + 2 * s + se)) * perRow;
      const lit = light.up - toEast * light.east - toNorth * light.north;
      const shade = lit / Math.sqrt(1 + toEast * toEast + toNorth * toNorth);
      shades[row * width + col] = Number.isNaN(own) ? own : shade < 0 ? 0 : shade;
    }
  }
  return shades;
}

function heightOr(value: number, own: number): number {
  return Number.isNaN(value) ? own : value;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
