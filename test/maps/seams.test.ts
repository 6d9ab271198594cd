import { describe, expect, it } from 'vitest';
import { type Axis, axisNumbers, CRS84, crsFromId, type Grid, spanIndexes } from '../../src/grid/index.js';
import {
  collectPixels,
  type FrameOptions,
  findTileWindow,
  pixelFrame,
  planMapTile,
  type Resampling,
  resamplings,
  type TileAddress,
  tileMatrixSets,
} from '../../src/maps/index.js';
import { fakeLayer, globalGrid } from './fake-layer.js';

const axis = (name: string, start: number, step: number, count: number): Axis => ({
  name,
  coordinates: { kind: 'regular', start, step, count },
});
const lat = axis('lat', 90, -1.5, 121);
const degrees = Math.PI / 180;

const grids: readonly (readonly [string, Grid])[] = [
  ['0..360', { crs: CRS84, x: axis('lon', 0, 1.5, 240), y: lat, custom: [] }],
  ['-180..180', { crs: CRS84, x: axis('lon', -180, 1.5, 240), y: lat, custom: [] }],
  [
    'descending on both axes',
    { crs: CRS84, x: axis('lon', 179.25, -1.5, 240), y: axis('lat', 89.25, -1.5, 120), custom: [] },
  ],
  [
    'across 180 degrees',
    { crs: CRS84, x: axis('lon', 165.3, 0.7, 40), y: axis('lat', -28, 0.7, 80), custom: [] },
  ],
  [
    'polar',
    {
      crs: crsFromId('EPSG:3413'),
      x: axis('x', -3_800_000, 100_000, 77),
      y: axis('y', 5_800_000, -100_000, 113),
      custom: [],
    },
  ],
];

/** Values of all pixels of a frame; the window comes in slabs of three rows and a bit. */
function pixelsOf(
  grid: Grid,
  tile: TileAddress,
  options: FrameOptions & { readonly resampling: Resampling },
): Float32Array {
  const frame = pixelFrame(tile, options);
  const window = findTileWindow(grid, frame, options.resampling);
  if (window === undefined) return new Float32Array(frame.side ** 2).fill(Number.NaN);
  const [xs, ys] = [axisNumbers(grid.x), axisNumbers(grid.y)];
  const value = (row: number, col: number) =>
    grid.crs.kind === 'geographic'
      ? Math.cos(xs[col]! * degrees) * 30 + ys[row]!
      : Math.hypot(xs[col]!, ys[row]!) / 1e5;
  const cells = [...spanIndexes(window.y)].flatMap((row) =>
    [...spanIndexes(window.x)].map((col) => value(row, col)),
  );
  const collector = collectPixels(window, frame.side, options.resampling);
  const slab = Math.ceil(window.width * 3.3);
  for (let start = 0; start < cells.length; start += slab) {
    collector.take({ start, values: Float64Array.from(cells.slice(start, start + slab)) });
  }
  return collector.finish();
}

const cases = grids.flatMap(([name, grid]) =>
  tileMatrixSets.flatMap((matrixSet) =>
    resamplings.map((resampling) => ({ name, grid, matrixSet, resampling, set: matrixSet.id })),
  ),
);

describe('tiles that lie side by side', () => {
  it.each(cases)(
    'agree about the pixels of both: $name, $resampling, $set',
    ({ grid, matrixSet, resampling }) => {
      const margin = 3;
      let [shown, differing] = [0, 0];
      for (const scale of [1, 2] as const) {
        if (scale === 2 && grid !== grids[0]![1]) continue;
        for (const [zoom, col, row] of [
          [1, 0, 0],
          [1, 1, 0],
          [2, 3, 1],
          [3, 7, 2],
          [3, 0, 1],
          [2, matrixSet.cols(2) - 1, 1],
        ] as const) {
          const tile = { zoom, col, row };
          const own = 256 * scale;
          const width = own + 2 * margin;
          const here = pixelsOf(grid, tile, { matrixSet, scale, margin, resampling });
          const east = { ...tile, col: (col + 1) % matrixSet.cols(zoom) };
          const there = pixelsOf(grid, east, { matrixSet, scale, resampling });
          const south =
            row + 1 < matrixSet.rows(zoom) &&
            pixelsOf(grid, { ...tile, row: row + 1 }, { matrixSet, scale, resampling });
          for (let k = 0; k < own; k++) {
            for (let m = 0; m < margin; m++) {
              const beside = here[(k + margin) * width + margin + own + m];
              if (!Number.isNaN(beside)) shown++;
              if (!Object.is(beside, there[k * own + m])) differing++;
              if (south && !Object.is(here[(margin + own + m) * width + margin + k], south[m * own + k]))
                differing++;
            }
          }
        }
      }
      expect(shown).toBeGreaterThan(0);
      expect(differing).toBe(0);
    },
  );

  it.each(
    cases.filter(({ resampling, grid }) => resampling === 'bilinear' && grid.crs.kind === 'geographic'),
  )('differ by a pixel step of a smooth field at most: $name, $set', ({ grid, matrixSet, resampling }) => {
    for (const zoom of [1, 3]) {
      const [cols, rows] = [matrixSet.cols(zoom), matrixSet.rows(zoom)];
      // Along a pixel the field changes by its gradient: 30 a radian east, 1 a degree south.
      const pixel = 360 / (cols * 256);
      const bounds = { east: 30 * degrees * pixel * 1.01, south: pixel * 1.01 };
      for (let row = 0; row < rows; row++) {
        for (let col = 0; col < cols; col += zoom) {
          const here = pixelsOf(grid, { zoom, col, row }, { matrixSet, resampling });
          const east = pixelsOf(grid, { zoom, col: (col + 1) % cols, row }, { matrixSet, resampling });
          const south =
            row + 1 < rows && pixelsOf(grid, { zoom, col, row: row + 1 }, { matrixSet, resampling });
          for (let k = 0; k < 256; k++) {
            const step = Math.abs(here[k * 256 + 255]! - east[k * 256]!);
            if (step > bounds.east) expect.fail(`${step} at ${zoom}/${col}/${row}, row ${k}`);
            const down = south ? Math.abs(here[255 * 256 + k]! - south[k]!) : 0;
            if (down > bounds.south) expect.fail(`${down} at ${zoom}/${col}/${row}, column ${k}`);
          }
        }
      }
    }
  });

  it('show the same level, a finer one the more a map is magnified', () => {
    const fine = { ...globalGrid, x: axis('lon', -179.95, 0.1, 3600), y: axis('lat', 89.95, -0.1, 1800) };
    const fake = fakeLayer(fine, () => 1);
    const layer = {
      ...fake,
      manifest: { ...fake.manifest, levels: 6, tileShape: { t: 1, z: 1, row: 64, col: 64 } },
    };
    const levelsOf = (zoom: number) => {
      fake.queries.length = 0;
      for (let row = 0; row < 2 ** zoom; row++)
        planMapTile(layer, { tile: { zoom, col: 0, row }, format: 'png' });
      expect(fake.queries).toHaveLength(2 ** zoom);
      return [...new Set(fake.queries.map(({ level }) => level))];
    };
    // 14, 7, 3.5 cells along a pixel; at zoom 3 a tile needs few native tiles.
    expect([0, 1, 2, 3, 4, 5].map(levelsOf)).toEqual([[3], [2], [1], [0], [0], [0]]);
  });
});
