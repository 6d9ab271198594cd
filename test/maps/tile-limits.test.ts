import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MapBox, tileLimits, tileMatrixSets } from '../../src/maps/index.js';

/** A box in twelfths of a degree, so that many edges are those of tiles. */
const boxes = fc
  .tuple(
    fc.integer({ min: -2160, max: 2159 }),
    fc.integer({ min: -1080, max: 1079 }),
    fc.integer({ min: 1, max: 4320 }),
    fc.integer({ min: 1, max: 2160 }),
  )
  .map(([west, south, width, height]): MapBox => {
    const [east, north] = [Math.min(2160, west + width), Math.min(1080, south + height)];
    return [west / 12, south / 12, east / 12, north / 12];
  });

describe.each(tileMatrixSets)('tile limits in $id', (set) => {
  it('hold the tiles that meet a box, and no other', () => {
    fc.assert(
      fc.property(boxes, fc.integer({ min: 0, max: 5 }), ([west, south, east, north], zoom) => {
        // A box beyond the ends of Web Mercator has the tiles at its edge, which are empty.
        fc.pre(set.latitudeAt(0) > south && set.latitudeAt(1) < north);
        const limits = tileLimits([west, south, east, north], set, zoom).at(-1)!;
        const meets = (low: number, high: number, from: number, to: number) =>
          low < to - 1e-9 && high > from + 1e-9;
        const cols = Array.from({ length: set.cols(zoom) }, (_, col) => col).filter((col) =>
          meets(
            set.longitudeAt(col / set.cols(zoom)),
            set.longitudeAt((col + 1) / set.cols(zoom)),
            west,
            east,
          ),
        );
        const rows = Array.from({ length: set.rows(zoom) }, (_, row) => row).filter((row) =>
          meets(
            set.latitudeAt((row + 1) / set.rows(zoom)),
            set.latitudeAt(row / set.rows(zoom)),
            south,
            north,
          ),
        );
        expect(limits).toEqual({
          zoom,
          minCol: cols[0],
          maxCol: cols.at(-1),
          minRow: rows[0],
          maxRow: rows.at(-1),
        });
      }),
      { numRuns: 500 },
    );
  });

  it('find a fraction of the height for every latitude, and back', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (fraction) => {
        expect(set.fractionAt(set.latitudeAt(fraction))).toBeCloseTo(fraction, 9);
      }),
    );
    expect([set.fractionAt(90), set.fractionAt(-90)]).toEqual([0, 1]);
  });
});
