import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, CRS84, cellEdges, crsFromId, type Grid, projectPoints } from '../../src/grid/index.js';
import {
  type PixelFrame,
  pixelFrame,
  projectPixels,
  type TileAddress,
  type TileMatrixSet,
  tileMatrixSets,
} from '../../src/maps/index.js';

const axis = (name: string, start: number, step: number, count: number): Axis => ({
  name,
  coordinates: { kind: 'regular', start, step, count },
});

const gridOf = (id: string, x: Axis, y: Axis): Grid => ({ crs: crsFromId(id), x, y, custom: [] });

const grids: Readonly<Record<string, Grid>> = {
  'a UTM scene': gridOf('EPSG:32632', axis('x', 300_000, 100, 2000), axis('y', 5_400_000, -100, 2500)),
  'a UTM scene across 180 degrees': gridOf(
    'EPSG:32660',
    axis('x', 600_000, 500, 500),
    axis('y', 7_200_000, -500, 800),
  ),
  'LAEA Europe': gridOf('EPSG:3035', axis('x', 2_000_000, 10_000, 500), axis('y', 5_500_000, -10_000, 450)),
  'the Antarctic': gridOf(
    'EPSG:3031',
    axis('x', -3_000_000, 12_500, 480),
    axis('y', 3_000_000, -12_500, 480),
  ),
  'the Arctic': gridOf('EPSG:3413', axis('x', -3_800_000, 25_000, 304), axis('y', 5_800_000, -25_000, 448)),
};

/** A tile of either set that shows part of a grid, at a zoom where that is a place and not a dot. */
const tileOver =
  (lon: number, lat: number) =>
  (zoom: number, matrixSet: TileMatrixSet): TileAddress => {
    const search = (count: number, at: (fraction: number) => number, value: number, sign: number) => {
      let index = 0;
      while (index + 1 < count && sign * (at((index + 1) / count) - value) <= 0) index++;
      return index;
    };
    return {
      zoom,
      col: search(matrixSet.cols(zoom), matrixSet.longitudeAt, lon, 1),
      row: search(matrixSet.rows(zoom), matrixSet.latitudeAt, lat, -1),
    };
  };

const places: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'a UTM scene': [
    [8.5, 47.5],
    [7, 48.5],
    [9.2, 46.8],
  ],
  'a UTM scene across 180 degrees': [
    [179.9, 63.9],
    [-179.9, 63.9],
    [-178, 62],
  ],
  'LAEA Europe': [
    [10, 50],
    [-10, 40],
    [30, 60],
    [-24, 65],
    [40, 45],
  ],
  'the Antarctic': [
    [0, -89.9],
    [179.9, -80],
    [-100, -70],
    [45, -65],
  ],
  'the Arctic': [
    [0, 89.9],
    [-45, 80],
    [179.9, 70],
    [-179.9, 75],
    [135, 60],
  ],
};

const cases = Object.keys(grids).flatMap((name) => places[name]!.map((place) => ({ name, place })));

/** Distances between the approximation and the projection itself, in pixels, of all pixels that lie in the grid. */
function pixelErrors(grid: Grid, frame: PixelFrame): number[] {
  const { x, y } = projectPixels(grid, frame);
  const project = projectPoints(CRS84, grid.crs);
  const [edgesX, edgesY] = [cellEdges(grid.x), cellEdges(grid.y)];
  const { side, longitudes, latitudes } = frame;
  const errors: number[] = [];
  for (let py = 1; py + 1 < side; py += 3) {
    // Margins at the world's edge look beyond the poles, where there is nothing.
    if (Math.abs(latitudes[py]!) > 90) continue;
    for (let px = 1 + (py % 5); px + 1 < side; px += 5) {
      const at = (dx: number, dy: number) => project(longitudes[px + dx]!, latitudes[py + dy]!);
      const [east, north] = at(0, 0);
      const isInside = east > edgesX.low && east < edgesX.high && north > edgesY.low && north < edgesY.high;
      if (!isInside) continue;
      const [right, below] = [at(1, 0), at(0, 1)];
      const pixel = [right[0] - east, right[1] - north, below[0] - east, below[1] - north] as const;
      const area = pixel[0] * pixel[3] - pixel[1] * pixel[2];
      const [dx, dy] = [x[py * side + px]! - east, y[py * side + px]! - north];
      errors.push(Math.hypot((dx * pixel[3] - dy * pixel[2]) / area, (dy * pixel[0] - dx * pixel[1]) / area));
    }
  }
  return errors;
}

describe('pixels of projected layers', () => {
  it('are within an eighth of a pixel of where the projection has them', () => {
    let compared = 0;
    let worst = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.constantFrom(...tileMatrixSets),
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom({ scale: 1, margin: 0 }, { scale: 2, margin: 0 }, { scale: 1, margin: 3 }),
        ({ name, place }, matrixSet, zoom, options) => {
          const tile = tileOver(...place)(zoom, matrixSet);
          const errors = pixelErrors(grids[name]!, pixelFrame(tile, { ...options, matrixSet }));
          compared += errors.length;
          for (const error of errors) {
            worst = Math.max(worst, error);
            // NaN is no number below an eighth.
            if (!(error <= 0.125))
              throw new Error(`${error} pixels off at ${JSON.stringify({ name, ...tile })}`);
          }
        },
      ),
      { numRuns: 120 },
    );
    expect(compared).toBeGreaterThan(20_000);
    // It is an approximation, or the bound would say nothing.
    expect(worst).toBeGreaterThan(0.01);
  });

  it('are where they are for all tiles, margins included', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.constantFrom(...tileMatrixSets),
        fc.integer({ min: 1, max: 8 }),
        ({ name, place }, matrixSet, zoom) => {
          const margin = 5;
          const tile = tileOver(...place)(zoom, matrixSet);
          const cols = matrixSet.cols(zoom);
          const neighbour = { ...tile, col: (tile.col + 1) % cols };
          const here = projectPixels(grids[name]!, pixelFrame(tile, { matrixSet, margin }));
          const there = projectPixels(grids[name]!, pixelFrame(neighbour, { matrixSet }));
          const side = 256 + 2 * margin;
          for (let row = 0; row < 256; row++) {
            for (let k = 0; k < margin; k++) {
              const at = (row + margin) * side + margin + 256 + k;
              expect(here.x[at]).toBe(there.x[row * 256 + k]);
              expect(here.y[at]).toBe(there.y[row * 256 + k]);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
