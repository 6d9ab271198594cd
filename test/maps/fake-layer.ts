import { NotFoundError } from '../../src/errors/index.js';
import { type AxisSelection, CRS84, type Grid, spanIndexes, spanLength } from '../../src/grid/index.js';
import type { LayerQuery, QueryPlan } from '../../src/layer/index.js';
import type { MapLayer } from '../../src/maps/index.js';
import type { Parameter } from '../../src/raster/index.js';

/** A cell's indexes on the axes; an axis that was not selected is 0. */
export interface CellPlace {
  readonly t: number;
  readonly z: number;
  readonly custom: number;
  readonly row: number;
  readonly col: number;
}

export interface FakeLayer extends MapLayer {
  readonly queries: LayerQuery[];
}

export const globalGrid: Grid = {
  crs: CRS84,
  x: { name: 'lon', coordinates: { kind: 'regular', start: -179, step: 2, count: 180 } },
  y: { name: 'lat', coordinates: { kind: 'regular', start: 89, step: -2, count: 90 } },
  custom: [],
};

export function fakeParameter(more: Partial<Parameter> = {}): Parameter {
  return { id: 'p', title: 'p', type: 'float32', scale: 1, offset: 0, axes: [], attributes: {}, ...more };
}

/** A layer whose cells are what `valueAt` says, answered in slabs of one row. */
export function fakeLayer(
  grid: Grid,
  valueAt: (place: CellPlace) => number,
  { parameter = fakeParameter(), statistics = { valid: 1, min: 0, max: 1, sum: 0 } } = {},
): FakeLayer {
  const queries: LayerQuery[] = [];
  const manifest = { layer: 'fake', grid, parameters: [parameter], levels: 1, statistics: { p: statistics } };
  return {
    queries,
    manifest: manifest as unknown as FakeLayer['manifest'],
    parameter(id) {
      if (id !== parameter.id) throw new NotFoundError('no such parameter', { parameter: id });
      return parameter;
    },
    plan(query) {
      queries.push(query);
      return { query } as unknown as QueryPlan;
    },
    async *slabs(plan) {
      const { x, y, t, z, custom } = (plan as unknown as { query: Required<LayerQuery> }).query;
      const [first] = Object.values(custom);
      const place = { t: startOf(t), z: startOf(z), custom: startOf(first) };
      let start = 0;
      for (const row of spanIndexes(y)) {
        yield { start, values: Float64Array.from(spanIndexes(x), (col) => valueAt({ ...place, row, col })) };
        start += spanLength(x);
      }
    },
  };
}

function startOf(selection: AxisSelection | undefined): number {
  return selection?.[0]?.start ?? 0;
}
