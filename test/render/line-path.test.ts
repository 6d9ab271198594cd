import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linePath } from '../../src/render/index.js';

/** The points of each unbroken piece of a path. */
function pieces(path: string): number[][][] {
  return path
    .split('M')
    .slice(1)
    .map((piece) =>
      piece
        .replace('h0', '')
        .split(/[L ]/)
        .reduce<number[][]>((points, text, i) => {
          if (i % 2 === 0) points.push([Number(text)]);
          else points.at(-1)!.push(Number(text));
          return points;
        }, []),
    );
}

const height = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 300 }) }, fc.constant(Number.NaN));

describe('linePath', () => {
  it('has a gap wherever a value is missing, and every value that is there', () => {
    fc.assert(
      fc.property(fc.array(height, { maxLength: 60 }), (ys) => {
        const runs: number[][][] = [];
        ys.forEach((y, x) => {
          if (Number.isNaN(y)) return;
          if (x > 0 && !Number.isNaN(ys[x - 1]!)) runs.at(-1)!.push([x, y]);
          else runs.push([[x, y]]);
        });
        expect(pieces(linePath(ys.map((y, x) => [x, y] as const)))).toEqual(runs);
      }),
    );
  });

  it('of many points keeps the lowest and highest of each column, and the gaps', () => {
    fc.assert(
      fc.property(fc.infiniteStream(height), fc.integer({ min: 2000, max: 6000 }), (stream, count) => {
        const ys = [...stream.take(count)];
        const points = ys.map((y, i) => [Math.floor(i / 40), y] as const);
        const drawn = pieces(linePath(points));
        const kept = new Set(drawn.flat().map(String));
        for (let column = 0; column * 40 < count; column++) {
          const there = ys.slice(column * 40, column * 40 + 40).filter((y) => !Number.isNaN(y));
          if (there.length === 0) continue;
          expect(kept.has(`${column},${Math.min(...there)}`)).toBe(true);
          expect(kept.has(`${column},${Math.max(...there)}`)).toBe(true);
        }
        const asked = new Set(points.map(String));
        for (const point of drawn.flat()) expect(asked.has(String(point))).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('of a hundred thousand points is no longer than the drawing has room for', () => {
    const points = Array.from(
      { length: 100_000 },
      (_, i) => [(i / 100_000) * 600, 150 + 100 * Math.sin(i)] as const,
    );
    expect(linePath(points).length).toBeLessThan(50_000);
  });
});
