import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../../src/errors/index.js';
import { drawField, parseStyle } from '../../../src/render/index.js';
import { drawPart, range, type ValueAt } from './fields.js';

const part = { left: 0, top: 0, width: 12, height: 10 };

/** By slope and aspect, as the formula is written in textbooks. Pixels are 30 metres wide and 40 high. */
function shadeOf(
  plane: ValueAt,
  x: number,
  y: number,
  light: { azimuth: number; altitude: number; factor: number },
): number {
  const at = (dx: number, dy: number) => {
    const value = plane(x + dx, y + dy);
    return Number.isNaN(value) ? plane(x, y) : value;
  };
  const [a, b, c, d, f, g, h, i] = [
    at(-1, -1),
    at(0, -1),
    at(1, -1),
    at(-1, 0),
    at(1, 0),
    at(-1, 1),
    at(0, 1),
    at(1, 1),
  ];
  const east = ((c + 2 * f + i - a - 2 * d - g) / (8 * 30)) * light.factor;
  const south = ((g + 2 * h + i - a - 2 * b - c) / (8 * 40)) * light.factor;
  const zenith = ((90 - light.altitude) * Math.PI) / 180;
  const slope = Math.atan(Math.hypot(east, south));
  // Where a slope faces, and where the light is, anticlockwise from the east.
  const aspect = Math.atan2(south, -east);
  const azimuth = ((90 - light.azimuth) * Math.PI) / 180;
  const shade =
    Math.cos(zenith) * Math.cos(slope) + Math.sin(zenith) * Math.sin(slope) * Math.cos(azimuth - aspect);
  return Math.max(0, shade);
}

describe('hillshade', () => {
  it('is that of Horn', () => {
    const planes = fc
      .array(
        fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: 0, max: 200 }) },
          { weight: 1, arbitrary: fc.constant(Number.NaN) },
        ),
        {
          minLength: 30,
          maxLength: 60,
        },
      )
      .map(
        (values): ValueAt =>
          (x, y) =>
            values[((x + 9) * 7 + (y + 9) * 11) % values.length]!,
      );
    const lights = fc.record({
      azimuth: fc.integer({ min: 0, max: 360 }),
      altitude: fc.integer({ min: 1, max: 90 }),
      factor: fc.constantFrom(0.5, 1, 3),
    });
    fc.assert(
      fc.property(planes, lights, (plane, light) => {
        const { azimuth, altitude, factor: exaggeration } = light;
        const style = JSON.stringify({ drawing: 'hillshade', azimuth, altitude, exaggeration });
        const pixels = drawPart(style, [plane], part);
        for (let y = 0; y < part.height; y++) {
          for (let x = 0; x < part.width; x++) {
            const [red, green, blue, opacity] = pixels.subarray(4 * (y * part.width + x));
            if (Number.isNaN(plane(x, y))) expect(opacity).toBe(0);
            else {
              expect([green, blue, opacity]).toEqual([red, red, 255]);
              // One of 255 greys.
              expect(Math.abs(red! - 255 * shadeOf(plane, x, y, light))).toBeLessThan(1.01);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('shows level ground so under a light from nearly above, too', () => {
    const style = '{"drawing":"hillshade","altitude":89.99,"ramp":["#204060","#204060"]}';
    // Rounded to float32, its shade was brighter than level ground is, which came out pale.
    expect([...drawPart(style, [() => 50], part).slice(0, 3)]).toEqual([0x20, 0x40, 0x60]);
  });

  it('shows level ground in the very colours of its height, slopes to the light paler, others darker', () => {
    const style = '{"drawing":"hillshade","ramp":["#204060","#204060"]}';
    const colour = (plane: ValueAt) => [...drawPart(style, [plane], part).subarray(0, 4)];
    expect(colour(() => 12)).toEqual([0x20, 0x40, 0x60, 255]);
    const [lit, shaded] = [colour((x, y) => 12 * (x + y)), colour((x, y) => -12 * (x + y))];
    expect(lit[0]).toBeGreaterThan(0x20);
    expect(shaded[0]).toBeLessThan(0x20);
    expect(colour(() => Number.NaN)).toEqual([0, 0, 0, 0]);
  });

  it('needs to know the size of pixels', () => {
    const field = { width: 1, height: 1, margin: 1, values: new Float32Array(9) };
    expect(() => drawField(field, parseStyle('hillshade'), range)).toThrow(InvalidArgumentError);
  });
});
