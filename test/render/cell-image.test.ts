import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellImage, colourRamp, drawField, parseStyle } from '../../src/render/index.js';
import { readPng } from './read-png.js';

const palette = colourRamp('viridis');
const range = { low: 0, high: 100 };

function pngOf(href: string) {
  expect(href).toMatch(/^data:image\/png;base64,/);
  return readPng(Buffer.from(href.split(',')[1]!, 'base64'));
}

/** Centres in either direction, from steps that are the same or not. */
const centres = fc
  .tuple(
    fc.integer({ min: -180, max: 180 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 11 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([start, steps, isEven, isRising]) => {
    let at = start;
    const values = [at, ...steps.map((step) => (at += isEven ? 2 : step))];
    return isRising ? values : values.reverse();
  });

/** As a map tile would have them. */
function rampIndexes(values: Float64Array): Uint8Array {
  const field = { width: values.length, height: 1, margin: 0, values: Float32Array.from(values) };
  const picture = drawField(field, parseStyle('viridis'), range);
  return picture.kind === 'indexed' ? picture.indexes : new Uint8Array();
}

describe('cellImage', () => {
  it('shows at each pixel the cell that holds it, north up and east to the right', async () => {
    await fc.assert(
      fc.asyncProperty(
        centres,
        centres,
        fc.infiniteStream(fc.integer({ min: -1, max: 100 })),
        async (xs, ys, stream) => {
          const values = Float64Array.from([...stream.take(xs.length * ys.length)], (v) =>
            v < 0 ? Number.NaN : v,
          );
          const image = await cellImage({ xs, ys, values }, { range, palette });
          const { width, height, indexes } = pngOf(image.href);
          const expected = rampIndexes(values);
          for (let row = 0; row < height; row++) {
            for (let column = 0; column < width; column++) {
              const x = image.x.low + ((column + 0.5) / width) * (image.x.high - image.x.low);
              const y = image.y.high - ((row + 0.5) / height) * (image.y.high - image.y.low);
              const allowed = nearest(ys, y).flatMap((r) =>
                nearest(xs, x).map((c) => expected[r * xs.length + c]),
              );
              expect(allowed).toContain(indexes[row * width + column]);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('covers its cells to their edges', async () => {
    const image = await cellImage(
      { xs: [10, 12, 14], ys: [50, 49], values: new Float64Array(6) },
      { range, palette },
    );
    expect([image.x, image.y]).toEqual([
      { low: 9, high: 15 },
      { low: 48.5, high: 50.5 },
    ]);
  });

  it('has no more pixels than are seen', async () => {
    const xs = Array.from({ length: 5000 }, (_, i) => i);
    const image = await cellImage({ xs, ys: [0], values: new Float64Array(5000) }, { range, palette });
    expect(pngOf(image.href).width).toBe(1024);
  });
});

/** The centres nearest to a place: both where it lies between two. */
function nearest(all: readonly number[], place: number): number[] {
  const least = Math.min(...all.map((centre) => Math.abs(centre - place)));
  return all.flatMap((centre, i) => (Math.abs(Math.abs(centre - place) - least) < 1e-9 ? [i] : []));
}
