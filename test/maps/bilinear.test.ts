import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { type Axis, axisNumbers, CRS84, crsFromId, type Grid, projectPoints } from '../../src/grid/index.js';
import {
  pixelLatitudes,
  pixelLongitudes,
  type TileAddress,
  type TileMatrixSet,
  tileMatrixSets,
  worldCrs84Quad,
} from '../../src/maps/index.js';
import { type CellPlace, fakeLayer, globalGrid } from './fake-layer.js';
import { tileFloats } from './tile-floats.js';

/** A cell that an independent search found around a place, and what it counts. */
interface Share {
  readonly index: number;
  readonly weight: number;
}

const fold = (degrees: number) => degrees - 360 * Math.round(degrees / 360);

/**
 * The two cells of an axis around a place, the one that holds it first, by looking at all of them: the nearest within half its
 * step or where the axis `reaches` further, and the nearest on the other side. `distance` goes from a centre to the place.
 */
function cellsAround(
  axis: Axis,
  distance: (centre: number) => number,
  reaches: (centre: number, distance: number) => boolean,
  farthest = 90,
): Share[] | undefined {
  const centres = axisNumbers(axis);
  const away = centres.map((centre, index) => ({ index, centre, by: distance(centre) }));
  away.sort((a, b) => Math.abs(a.by) - Math.abs(b.by));
  const own = away[0]!;
  const other = away.find(({ by }) => by * own.by < 0 && Math.abs(by) < farthest);
  const step = Math.min(
    ...[own.index - 1, own.index + 1]
      .filter((k) => k >= 0 && k < centres.length)
      .map((k) => Math.abs(centres[k]! - own.centre)),
  );
  if (other === undefined) {
    const isHeld = Math.abs(own.by) <= step / 2 || reaches(own.centre, own.by);
    return isHeld ? [{ index: own.index, weight: 1 }] : undefined;
  }
  const weight = Math.abs(own.by) / (Math.abs(own.by) + Math.abs(other.by));
  return [
    { index: own.index, weight: 1 - weight },
    { index: other.index, weight },
  ];
}

function expectedValue(
  cols: Share[] | undefined,
  rows: Share[] | undefined,
  valueAt: (row: number, col: number) => number,
): number {
  if (cols === undefined || rows === undefined) return Number.NaN;
  if (Number.isNaN(valueAt(rows[0]!.index, cols[0]!.index))) return Number.NaN;
  let [sum, weights] = [0, 0];
  for (const row of rows) {
    for (const col of cols) {
      const value = valueAt(row.index, col.index);
      if (Number.isNaN(value)) continue;
      sum += value * row.weight * col.weight;
      weights += row.weight * col.weight;
    }
  }
  return sum / weights;
}

/** Smooth enough for differences to show, and with holes. */
const bumpy = (row: number, col: number) =>
  (row * 7 + col * 13) % 11 === 0 ? Number.NaN : Math.sin(row) * 50 + Math.cos(col * 1.3) * 20;

const tileIn = (matrixSet: TileMatrixSet) =>
  fc.integer({ min: 0, max: 5 }).chain((zoom) =>
    fc.record({
      matrixSet: fc.constant(matrixSet),
      zoom: fc.constant(zoom),
      col: fc.integer({ min: 0, max: matrixSet.cols(zoom) - 1 }),
      row: fc.integer({ min: 0, max: matrixSet.rows(zoom) - 1 }),
    }),
  );
const address = fc.constantFrom(...tileMatrixSets).chain(tileIn);

const regular = (name: string, start: number, step: number, count: number): Axis => ({
  name,
  coordinates: { kind: 'regular', start, step, count },
});

/** Steps of one to three units in turn, so that no place is as near to one cell as to another. */
function irregular(name: string, start: number, unit: number, steps: readonly number[]): Axis {
  const values = [start];
  for (const step of steps) values.push(values.at(-1)! + step * unit);
  return { name, coordinates: { kind: 'explicit', values } };
}

const steps = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 20 });
const longitudes = fc.oneof(
  fc.constantFrom(
    regular('lon', 0, 3, 120),
    regular('lon', -180, 3, 120),
    regular('lon', 178.5, -3, 120),
    regular('lon', 0.5, 1, 360),
    regular('lon', 170.1, 1, 23),
  ),
  fc
    .record({ start: fc.integer({ min: -179, max: 359 }), unit: fc.constantFrom(0.7, 1.3, -0.9), steps })
    .map(({ start, unit, steps }) => irregular('lon', start, unit, steps)),
);
const latitudes = fc.oneof(
  fc.constantFrom(regular('lat', 90, -3, 61), regular('lat', -88.5, 3, 60), regular('lat', -30, 2.5, 25)),
  fc
    .record({ start: fc.integer({ min: -15, max: 15 }), unit: fc.constantFrom(0.7, 0.9, -0.8), steps })
    .map(({ start, unit, steps }) => irregular('lat', start, unit, steps)),
);

describe('bilinear pixels', () => {
  it('are between the four centres around them, as looking at all cells says', async () => {
    await fc.assert(
      fc.asyncProperty(address, longitudes, latitudes, async ({ matrixSet, ...tile }, x, y) => {
        const grid: Grid = { crs: CRS84, x, y, custom: [] };
        const layer = fakeLayer(grid, ({ row, col }) => bumpy(row, col));
        const values = await tileFloats(layer, { tile, matrixSet, resampling: 'bilinear' });
        const options = { matrixSet };
        const [lons, lats] = [pixelLongitudes(tile, options), pixelLatitudes(tile, options)];
        for (let k = 0; k < 150; k++) {
          const pixel = (k * 7919) % values.length;
          const [lon, lat] = [lons[pixel % 256]!, lats[Math.floor(pixel / 256)]!];
          const cols = cellsAround(
            x,
            (centre) => fold(lon - centre),
            () => false,
          );
          const rows = cellsAround(
            y,
            (centre) => lat - centre,
            // The outermost row goes as far as a pole that is less than a step away.
            (centre, by) => Math.abs(centre + by) <= 90 && Math.abs(centre) >= 87 && by * centre > 0,
          );
          const expected = expectedValue(cols, rows, bumpy);
          if (Number.isNaN(expected)) expect(values[pixel]).toBeNaN();
          else expect(Math.abs(values[pixel]! - expected)).toBeLessThan(1e-3);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are found through the projection of the layer, on axes of any order and spacing', async () => {
    const crs = crsFromId('EPSG:32632');
    const project = projectPoints(CRS84, crs);
    const eastings = fc.constantFrom(
      regular('x', 400_000, 10_000, 20),
      irregular('x', 590_000, -5000, [1, 3, 2, 1, 1, 3, 2, 2, 3, 1]),
    );
    const northings = fc.constantFrom(
      regular('y', 5_600_000, -10_000, 30),
      irregular('y', 5_300_000, 9000, [1, 2, 3, 1, 2, 1, 3, 3, 1, 1]),
    );
    const tiles = fc.constantFrom<TileAddress>(
      { zoom: 6, col: 33, row: 22 },
      { zoom: 7, col: 67, row: 43 },
      { zoom: 9, col: 269, row: 174 },
      { zoom: 4, col: 8, row: 5 },
    );
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(tiles, eastings, northings, async (tile, x, y) => {
        const rising = (row: number, col: number) => row * 3 + col * 2;
        const layer = fakeLayer({ crs, x, y, custom: [] }, ({ row, col }) => rising(row, col));
        const values = await tileFloats(layer, { tile, resampling: 'bilinear' });
        const [lons, lats] = [pixelLongitudes(tile), pixelLatitudes(tile)];
        const exact = (px: number, py: number) => {
          const [east, north] = project(lons[px]!, lats[py]!);
          const isBeside = () => false;
          const cols = cellsAround(x, (centre) => east - centre, isBeside, Number.POSITIVE_INFINITY);
          const rows = cellsAround(y, (centre) => north - centre, isBeside, Number.POSITIVE_INFINITY);
          return expectedValue(cols, rows, rising);
        };
        for (let k = 0; k < 400; k++) {
          const pixel = (k * 7919) % values.length;
          const [px, py] = [pixel % 256, Math.floor(pixel / 256)];
          const around = [
            exact(px, py),
            exact(px - 1, py),
            exact(px + 1, py),
            exact(px, py - 1),
            exact(px, py + 1),
          ];
          // At the edges of the grid an eighth of a pixel decides whether there is a value.
          if (around.some(Number.isNaN)) continue;
          const change = Math.max(...around) - Math.min(...around);
          // An eighth of a pixel along both axes, of two pixels' change.
          expect(Math.abs(values[pixel]! - around[0]!)).toBeLessThanOrEqual(change / 8 + 1e-3);
          compared++;
        }
      }),
      { numRuns: 20 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  it('go on to the poles, and have no seam where the globe closes', async () => {
    const layer = fakeLayer(globalGrid, ({ row, col }) => row * 100 + Math.abs(col - 90));
    const request = {
      tile: { zoom: 0, col: 0, row: 0 },
      matrixSet: worldCrs84Quad,
      resampling: 'bilinear',
    } as const;
    const west = await tileFloats(layer, request);
    const east = await tileFloats(layer, { ...request, tile: { zoom: 0, col: 1, row: 0 } });
    expect(west.some(Number.isNaN)).toBe(false);
    // The first row of pixels lies north of the first row of centres.
    expect(west[128]).toBeLessThan(100);
    for (let row = 0; row < 256; row++) {
      expect(Math.abs(west[row * 256]! - east[row * 256 + 255]!)).toBeLessThan(1);
    }
  });

  it('leave out cells without data, and are missing where the cell that holds them is', async () => {
    const x = regular('lon', 5, 10, 2);
    const y = regular('lat', 15, -10, 2);
    const valueAt = ({ row, col }: CellPlace) => (row === 0 && col === 1 ? Number.NaN : 1 + row);
    const tile = { zoom: 2, col: 2, row: 1 };
    const values = await tileFloats(fakeLayer({ crs: CRS84, x, y, custom: [] }, valueAt), {
      tile,
      resampling: 'bilinear',
    });
    const [lons, lats] = [pixelLongitudes(tile), pixelLatitudes(tile)];
    const at = (lon: number, lat: number) => {
      const px = lons.findIndex((value) => value >= lon);
      const py = lats.findIndex((value) => value <= lat);
      return values[py * 256 + px]!;
    };
    expect(at(12, 12)).toBeNaN();
    expect(at(4, 18)).toBe(1);
    // Half-way between the rows, near the missing cell: the three others count.
    expect(at(9, 10.2)).toBeGreaterThan(1.3);
    expect(at(9, 10.2)).toBeLessThan(2);
    expect(at(12, 2)).toBe(2);
  });

  it('are as wanted or refused', async () => {
    const layer = fakeLayer(globalGrid, () => 1);
    const tile = { zoom: 0, col: 0, row: 0 };
    await expect(tileFloats(layer, { tile, resampling: 'cubic' as never })).rejects.toThrow(
      InvalidArgumentError,
    );
    await expect(tileFloats(layer, { tile, scale: 5 })).rejects.toThrow(InvalidArgumentError);
    await expect(tileFloats(layer, { tile, scale: 1.5 })).rejects.toThrow(InvalidArgumentError);
    expect(
      (await tileFloats(layer, { tile, scale: 2, resampling: 'bilinear' })).every((value) => value === 1),
    ).toBe(true);
  });
});
