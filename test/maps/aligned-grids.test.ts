import { describe, expect, it } from 'vitest';
import { CRS84, crsFromId, type Grid } from '../../src/grid/index.js';
import { type TileRequest, webMercatorQuad, worldCrs84Quad } from '../../src/maps/index.js';
import { regular } from '../edr/memory-layer.js';
import { fakeLayer } from './fake-layer.js';
import { tileFloats } from './tile-floats.js';

const reach = Math.PI * 6_378_137;
const mercatorPixel = (2 * reach) / 256 / 8;
const side = 512;

/** Grids whose cells are the pixels of zoom 3, in the tiles of columns 3 and 4 and rows 2 and 3. */
const cases: readonly { readonly set: NonNullable<TileRequest['matrixSet']>; readonly grid: Grid }[] = [
  {
    set: webMercatorQuad,
    grid: {
      crs: crsFromId('EPSG:3857'),
      x: regular('x', -reach + (3 * 256 + 0.5) * mercatorPixel, mercatorPixel, side, 'm'),
      y: regular('y', reach - (2 * 256 + 0.5) * mercatorPixel, -mercatorPixel, side, 'm'),
      custom: [],
    },
  },
  {
    set: worldCrs84Quad,
    grid: {
      crs: CRS84,
      x: regular('lon', -180 + (3 * 256 + 0.5) * (22.5 / 256), 22.5 / 256, side),
      y: regular('lat', 90 - (2 * 256 + 0.5) * (22.5 / 256), -22.5 / 256, side),
      custom: [],
    },
  },
];

const layerOf = (grid: Grid) => fakeLayer(grid, ({ row, col }) => row * side + col);

/** The first pixel that differs; -1 for none. */
function difference(found: Float32Array, expected: Float32Array): number {
  return expected.findIndex((value, pixel) => !Object.is(value, found[pixel]));
}

/** Where the pixels of a tile are among the cells: 2.5 is half-way between cells 2 and 3. */
function positions(zoom: number, tile: number, firstTile: number): number[] {
  const cellsPerPixel = 2 ** (3 - zoom);
  return Array.from(
    { length: 256 },
    (_, p) => (tile * 256 + p + 0.5) * cellsPerPixel - firstTile * 256 - 0.5,
  );
}

describe.each(cases)('a grid of the pixels of a zoom of $set.id', ({ set, grid }) => {
  it.each(['nearest', 'bilinear'] as const)('shows its cells as they are: %s', async (resampling) => {
    for (const [col, row] of [
      [3, 2],
      [4, 3],
    ] as const) {
      const values = await tileFloats(layerOf(grid), {
        tile: { zoom: 3, col, row },
        matrixSet: set,
        resampling,
      });
      const expected = Float32Array.from(
        { length: 65_536 },
        (_, pixel) => ((row - 2) * 256 + Math.floor(pixel / 256)) * side + (col - 3) * 256 + (pixel % 256),
      );
      expect(difference(values, expected)).toBe(-1);
    }
  });

  it.each([
    { zoom: 4, col: 7, row: 5 },
    { zoom: 6, col: 25, row: 31 },
    { zoom: 2, col: 1, row: 1 },
  ])('shows the cells that hold its pixels at zoom $zoom', async (tile) => {
    const values = await tileFloats(layerOf(grid), { tile, matrixSet: set });
    const cells = (places: number[]) =>
      places.map((place) => {
        // Edges belong to the lower index.
        const cell = Math.ceil(place - 0.5);
        return cell >= 0 && cell < side ? cell : undefined;
      });
    const [cols, rows] = [cells(positions(tile.zoom, tile.col, 3)), cells(positions(tile.zoom, tile.row, 2))];
    const expected = rows.flatMap((row) =>
      cols.map((col) => (row === undefined || col === undefined ? Number.NaN : row * side + col)),
    );
    expect(expected.filter((value) => !Number.isNaN(value)).length).toBeGreaterThan(10_000);
    expect(difference(values, Float32Array.from(expected))).toBe(-1);
  });
});
