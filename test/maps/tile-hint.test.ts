import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, CRS84, crsFromId, type Grid, projectPoints, spanIndexes } from '../../src/grid/index.js';
import type { LayerQuery, QueryPlan } from '../../src/layer/index.js';
import { type MapLayer, type TileAddress, tileHint } from '../../src/maps/index.js';
import { fakeLayer } from './fake-layer.js';

const axis = (name: string, start: number, step: number, count: number): Axis => ({
  name,
  coordinates: { kind: 'regular', start, step, count },
});

const grids: readonly Grid[] = [
  { crs: CRS84, x: axis('lon', 0, 4, 90), y: axis('lat', 88, -4, 45), custom: [] },
  { crs: CRS84, x: axis('lon', -30, 0.05, 400), y: axis('lat', 10, 0.05, 300), custom: [] },
  {
    crs: crsFromId('EPSG:32632'),
    x: axis('x', 300_000, 1000, 300),
    y: axis('y', 5_600_000, -1000, 300),
    custom: [],
  },
];

/** A layer with data in one cell only, which its plans know. */
function layerWith(grid: Grid, data: { readonly row: number; readonly col: number }): MapLayer {
  const fake = fakeLayer(grid, () => 1);
  return {
    ...fake,
    plan: ({ x, y }: LayerQuery) => {
      const meets = [...spanIndexes(x!)].includes(data.col) && [...spanIndexes(y!)].includes(data.row);
      return { segments: meets ? 1 : 0 } as QueryPlan;
    },
  };
}

function tileAt(lon: number, lat: number, zoom: number): TileAddress {
  const y = Math.asinh(Math.tan((lat * Math.PI) / 180));
  const at = (fraction: number) => Math.min(2 ** zoom - 1, Math.max(0, Math.floor(fraction * 2 ** zoom)));
  return { zoom, col: at(((lon + 540) % 360) / 360), row: at((1 - y / Math.PI) / 2) };
}

describe('the hint of a tile', () => {
  it('never says that tiles are empty which show a cell with data', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...grids),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 0, max: 14 }),
        fc.constantFrom(0, -0.499, 0.499),
        (grid, u, v, zoom, offset) => {
          const [x, y] = [grid.x.coordinates, grid.y.coordinates];
          if (x.kind !== 'regular' || y.kind !== 'regular') return;
          const [col, row] = [Math.floor(u * x.count), Math.floor(v * y.count)];
          const place = [x.start + (col + offset) * x.step, y.start + (row + offset) * y.step] as const;
          const [lon, lat] =
            grid.crs.kind === 'geographic' ? place : projectPoints(grid.crs, CRS84)(...place);
          if (Math.abs(lat) > 85) return;
          const request = { tile: tileAt(lon, lat, zoom), format: 'png' } as const;
          expect(tileHint(layerWith(grid, { row, col }), request)).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('says so beside the grid, and where no segment is near', () => {
    const [world, regional, projected] = grids as [Grid, Grid, Grid];
    const hint = (grid: Grid, tile: TileAddress) =>
      tileHint(layerWith(grid, { row: 20, col: 20 }), { tile, format: 'png' });
    expect(hint(regional, { zoom: 3, col: 0, row: 3 })).toBe('empty');
    expect(hint(projected, { zoom: 3, col: 0, row: 3 })).toBe('empty');
    // The cell with data lies at 80 degrees east, 8 north.
    expect(hint(world, tileAt(-60, -30, 4))).toBe('empty');
    expect(hint(world, tileAt(80, 8, 4))).toBeUndefined();
    expect(hint(world, { zoom: 0, col: 0, row: 0 })).toBeUndefined();
  });
});
