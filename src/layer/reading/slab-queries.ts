import type { AxisSelection, IndexSpan } from '../../grid/index.js';
import type { LayerQuery, QueryDimension, QueryPlan } from './layer-query.js';

/**
 * A plan cut into queries of at most `maxCells` cells whose answers, one after the other, are the plan's.
 * Cuts follow tile edges where they can, so that tiles are decoded once.
 */
export function* slabQueries(plan: QueryPlan, maxCells: number): Generator<LayerQuery> {
  const { dimensions } = plan;
  let inner = plan.cells;
  let axis = 0;
  // The outermost dimensions are fixed to single indexes until what is inside one of them fits.
  while (axis < dimensions.length && inner / dimensions[axis]!.length > maxCells) {
    inner /= dimensions[axis]!.length;
    axis++;
  }
  if (axis === dimensions.length) axis = dimensions.length - 1;
  const perIndex = axis < dimensions.length ? inner / dimensions[axis]!.length : 1;
  const maxLength = Math.max(1, Math.floor(maxCells / perIndex));
  const cuts = dimensions.map((dimension, d) => {
    if (d < axis) return cut(dimension.selection, 1, 1);
    if (d > axis) return [dimension.selection];
    return cut(dimension.selection, maxLength, tileLength(plan, dimension));
  });
  for (const selections of combine(cuts)) yield toQuery(plan, selections);
}

/** Selections of at most `maxLength` indexes, ending at multiples of `tileLength` when one is in reach. */
function cut(selection: AxisSelection, maxLength: number, tileLength: number): AxisSelection[] {
  const pieces: AxisSelection[] = [];
  for (const span of selection) {
    let start = span.start;
    while (start < span.end) {
      const limit = Math.min(span.end, start + maxLength);
      const aligned = Math.floor(limit / tileLength) * tileLength;
      const end = limit < span.end && aligned > start ? aligned : limit;
      pieces.push([withEnds(span, start, end)]);
      start = end;
    }
  }
  return pieces;
}

function withEnds(span: IndexSpan, start: number, end: number): IndexSpan {
  return { ...span, start, end };
}

function tileLength({ layout: { shape } }: QueryPlan, { name }: QueryDimension): number {
  if (name === 't') return shape.t;
  if (name === 'z') return shape.z;
  if (name === 'y') return shape.row;
  return name === 'x' ? shape.col : 1;
}

function* combine(cuts: readonly (readonly AxisSelection[])[]): Generator<AxisSelection[]> {
  const [first, ...others] = cuts;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const selection of first) for (const tail of combine(others)) yield [selection, ...tail];
}

function toQuery(
  { parameter, level, dimensions }: QueryPlan,
  selections: readonly AxisSelection[],
): LayerQuery {
  const customAxes = dimensions.length - 4;
  const custom = Object.fromEntries(
    dimensions.slice(0, customAxes).map(({ name }, d) => [name, selections[d]!]),
  );
  const [t, z, y, x] = selections.slice(customAxes);
  return { parameter: parameter.id, level, custom, t: t!, z: z!, y: y!, x: x! };
}
