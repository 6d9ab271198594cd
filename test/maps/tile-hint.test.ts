import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, CRS84, crsFromId, type Grid, projectPoints, spanIndexes } from '../../src/grid/index.js';
import type { LayerQuery, QueryPlan } from '../../src/layer/index.js';
import {
  type MapLayer,
  planMapTile,
  renderMapTile,
  type TileAddress,
  type TileRequest,
  tileHint,
} from '../../src/maps/index.js';
import { memoryLayer, regular } from '../edr/memory-layer.js';
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
      return { segments: meets ? 1 : 0, runs: [] as QueryPlan['runs'] } as QueryPlan;
    },
  };
}

function tileAt(lon: number, lat: number, zoom: number): TileAddress {
  const y = Math.asinh(Math.tan((lat * Math.PI) / 180));
  const at = (fraction: number) => Math.min(2 ** zoom - 1, Math.max(0, Math.floor(fraction * 2 ** zoom)));
  return { zoom, col: at(((lon + 540) % 360) / 360), row: at((1 - y / Math.PI) / 2) };
}

const hintOf = (layer: MapLayer, request: TileRequest) =>
  tileHint(layer, request, planMapTile(layer, request));

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
          expect(hintOf(layerWith(grid, { row, col }), request)).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('says so beside the grid, and where no segment is near', () => {
    const [world, regional, projected] = grids as [Grid, Grid, Grid];
    const hint = (grid: Grid, tile: TileAddress) =>
      hintOf(layerWith(grid, { row: 20, col: 20 }), { tile, format: 'png' });
    expect(hint(regional, { zoom: 3, col: 0, row: 3 })).toBe('empty');
    expect(hint(projected, { zoom: 3, col: 0, row: 3 })).toBe('empty');
    // The cell with data lies at 80 degrees east, 8 north.
    expect(hint(world, tileAt(-60, -30, 4))).toBe('empty');
    expect(hint(world, tileAt(80, 8, 4))).toBeUndefined();
    expect(hint(world, { zoom: 0, col: 0, row: 0 })).toBeUndefined();
  });

  it('counts what reaches in from the margin of a drawing', () => {
    // Pixels of zoom 5 are 0.044 degrees wide: the cell is seven pixels west of the tile, or the whole grid east of it.
    const wide = { zoom: 5, col: 15, row: 15 };
    const cells = (start: number): Grid => ({
      crs: CRS84,
      x: regular('lon', start, 0.05, 400),
      y: regular('lat', 0.025, 0.05, 400),
      custom: [],
    });
    const lines = '{"drawing":"contours","interval":1,"width":16}';
    for (const [grid, col] of [
      [cells(-20), 168],
      [cells(0.2), 0],
    ] as const) {
      const layer = layerWith(grid, { row: 100, col });
      const hint = (style: string) => hintOf(layer, { tile: wide, format: 'png', style });
      expect([hint('viridis'), hint(lines)]).toEqual(['empty', undefined]);
    }
  });

  it('says that tiles are full where statistics prove one value, and all of them are', async () => {
    // 7 in the west, two values in the east; a segment for each tile of 32 x 32 cells.
    const make = (hole: number) =>
      memoryLayer(
        {
          crs: CRS84,
          x: regular('lon', -19.75, 0.5, 80),
          y: regular('lat', 19.75, -0.5, 80),
          custom: [regular('number', 0, 1, 2)],
        },
        [
          {
            id: 'p',
            axes: ['number'],
            type: 'float32',
            valueAt: ({ x = 0, y = 0 }) => (x === hole && y === 0 ? Number.NaN : x < 64 ? 7 : x % 2),
          },
        ],
        { tileShape: { row: 32, col: 32 }, segmentBytes: 4096, codec: 'raw', levels: 'auto' },
      );
    const layer = await make(-1);
    const found = { full: 0, others: 0 };
    for (let zoom = 3; zoom < 9; zoom++) {
      for (const lon of [-21, -19.8, -15, -3, 0.1, 15]) {
        for (const lat of [21, 15, 3, -12]) {
          const request = { tile: tileAt(lon, lat, zoom), format: 'f32' } as const;
          const hint = hintOf(layer, request);
          if (hint !== 'full') found.others++;
          else {
            found.full++;
            const { col, row } = request.tile;
            const below = { zoom: zoom + 2, col: 4 * col + 3, row: 4 * row };
            for (const tile of [request.tile, below]) {
              const bytes = Uint8Array.from(await renderMapTile(layer, { ...request, tile }));
              expect(new Set(new Float32Array(bytes.buffer))).toEqual(new Set([7]));
            }
          }
        }
      }
    }
    expect(found.full).toBeGreaterThan(20);
    expect(found.others).toBeGreaterThan(80);
    const west = { tile: tileAt(-15, 3, 8), format: 'png' } as const;
    expect(hintOf(layer, west)).toBe('full');
    expect(hintOf(layer, { ...west, style: 'hillshade' })).toBeUndefined();
    // A missing cell far away may as well be here.
    expect(hintOf(await make(79), west)).toBeUndefined();
    await layer.close();
  });
});
