import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../../src/errors/index.js';
import { describeLegend, parseStyle, rgbaPixels } from '../../../src/render/index.js';
import { drawPart, pictureOf, range, type ValueAt } from './fields.js';

const side = 24;
const part = { left: 0, top: 0, width: side, height: side };
const opacityAt = (pixels: Uint8Array, x: number, y: number) => pixels[4 * (y * side + x) + 3]!;

/** Values between 0 and 100, some missing, everywhere in the part and its margin. */
const planes = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    ),
    {
      minLength: 40,
      maxLength: 80,
    },
  )
  .map(
    (values): ValueAt =>
      (x, y) => {
        const at = (Math.floor(x / 3) + 50) * 31 + (Math.floor(y / 3) + 50) * 17;
        return Math.fround(values[at % values.length]!);
      },
  );

describe('contour lines', () => {
  it('cross every edge between neighbours on both sides of a level, and are nowhere else', () => {
    fc.assert(
      fc.property(
        planes,
        fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 3 }),
        (plane, found) => {
          const breaks = found.toSorted((a, b) => a - b);
          const pixels = drawPart(JSON.stringify({ drawing: 'contours', breaks }), [plane], part);
          const isWhole = (x: number, y: number) =>
            [plane(x, y), plane(x + 1, y), plane(x, y + 1), plane(x + 1, y + 1)].every(
              (value) => !Number.isNaN(value),
            );
          const near = new Set<number>();
          for (let y = -4; y < side + 4; y++) {
            for (let x = -4; x < side + 4; x++) {
              if (!isWhole(x, y)) continue;
              for (const level of breaks) {
                const corners = [plane(x, y), plane(x + 1, y), plane(x, y + 1), plane(x + 1, y + 1)];
                if (corners.every((value) => value >= level) || corners.every((value) => value < level))
                  continue;
                // A line of one pixel covers no pixel whose centre is a pixel or more away.
                for (let dy = -1; dy <= 2; dy++)
                  for (let dx = -1; dx <= 2; dx++) near.add((y + dy) * 1000 + x + dx);
                const [nw, ne] = corners as [number, number];
                if (nw >= level === ne >= level) continue;
                const crossing = x + (level - nw) / (ne - nw);
                const pixel = Math.round(crossing);
                if (pixel < 0 || pixel >= side || y < 0 || y >= side) continue;
                // The centre of the pixel is at most half a pixel from the line.
                expect(opacityAt(pixels, pixel, y)).toBeGreaterThanOrEqual(127 - 1);
              }
            }
          }
          for (let y = 0; y < side; y++) {
            for (let x = 0; x < side; x++)
              if (!near.has(y * 1000 + x)) expect(opacityAt(pixels, x, y)).toBe(0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are the line between values of a slope', () => {
    const pixels = drawPart('{"drawing":"contours","breaks":[7.25],"colour":"red"}', [(x) => x], part);
    const row = (y: number) => Array.from({ length: side }, (_, x) => opacityAt(pixels, x, y));
    for (let y = 0; y < side; y++) {
      // 0.75 of the pixel that is a quarter away, 0.25 of its neighbour.
      expect(row(y)).toEqual(row(0).map((_, x) => (x === 7 ? 191 : x === 8 ? 64 : 0)));
    }
    expect([...pixels.subarray(4 * 7, 4 * 7 + 3)]).toEqual([255, 0, 0]);
  });

  it('end at missing values', () => {
    const pixels = drawPart(
      '{"drawing":"contours","breaks":[7]}',
      [(x, y) => (y > 9 ? Number.NaN : x)],
      part,
    );
    expect([8, 9, 10, 11, 12].map((y) => opacityAt(pixels, 7, y))).toEqual([255, 255, 0, 0, 0]);
  });

  it('join the corners of a saddle that are on the side of its middle', () => {
    // One square: 10 at two opposite corners, 0 and `low` at the others.
    const saddle =
      (low: number): ValueAt =>
      (x, y) => {
        if (x < 10 || x > 11 || y < 10 || y > 11) return Number.NaN;
        return x === y ? 10 : low;
      };
    const style = '{"drawing":"contours","breaks":[5],"width":0.5}';
    const middleOf = (low: number) => {
      const pixels = drawPart(style, [saddle(low)], part);
      return [
        [10, 10],
        [11, 11],
        [11, 10],
        [10, 11],
      ].map(([x, y]) => opacityAt(pixels, x!, y!));
    };
    // Mean 6 is above: lines pass near the low corners; mean 3 is below: near the high ones.
    const [nwAbove, seAbove, neAbove, swAbove] = middleOf(2);
    expect([nwAbove, neAbove]).toEqual([seAbove, swAbove]);
    expect(neAbove).toBeGreaterThan(nwAbove!);
    const [nwBelow, , neBelow] = middleOf(-4);
    expect(nwBelow).toBeGreaterThan(neBelow!);
  });

  it('are ink all over where there are more than can be told apart', () => {
    const pixels = drawPart('{"drawing":"contours","interval":0.5}', [(x, y) => ((x + y) % 2) * 100], part);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) expect(opacityAt(pixels, x, y)).toBeGreaterThan(60);
  });

  it('have the colours of their values, as the legend says', () => {
    const style = parseStyle('{"drawing":"contours","interval":25,"ramp":"viridis","width":3}');
    const { key } = describeLegend(style, range);
    expect(key).toMatchObject({ kind: 'categories' });
    if (key.kind !== 'categories') return;
    expect(key.categories.map(({ value }) => value)).toEqual([0, 25, 50, 75, 100]);
    const pixels = rgbaPixels(pictureOf(style, [(x) => x * 5 - 1], { ...part, height: 3 }));
    for (const { value, colour } of key.categories.slice(0, 4)) {
      const at = 4 * Math.round((value + 1) / 5);
      expect(`#${Buffer.from(pixels.subarray(at, at + 3)).toString('hex')}`).toBe(colour);
    }
  });

  it('of a round interval are about twelve', () => {
    const { key } = describeLegend(parseStyle('contours'), { low: 3, high: 97 });
    expect(key.kind === 'categories' && key.categories.map(({ value }) => value)).toEqual([
      10, 20, 30, 40, 50, 60, 70, 80, 90,
    ]);
  });

  it('are at most 255', () => {
    expect(() => drawPart('{"drawing":"contours","interval":0.1}', [(x) => x], part)).toThrow(
      InvalidArgumentError,
    );
  });
});
