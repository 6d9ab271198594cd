import type { AxisSelection, IndexSpan } from '../../grid/index.js';
import type { LayerQuery, QueryDimension, QueryPlan } from './layer-query.js';

/** A part of a plan, and where it begins along each of the plan's dimensions. */
export interface PlanSlab {
  readonly query: LayerQuery;
  readonly starts: readonly number[];
}

/** How a plan is cut. */
export interface SlabCuts {
  /** Most cells of a slab, counted without the `whole` dimensions. */
  readonly maxCells: number;
  /** Up to as many a slab may have instead, where it holds whole tiles then. */
  readonly maxTileCells?: number;
  /** Names of dimensions that are never cut. */
  readonly whole?: ReadonlySet<string>;
}

/**
 * A plan cut into queries of at most `maxCells` cells whose answers, one after the other, are the plan's.
 * Cuts follow tile edges where they can, so that tiles are decoded once.
 */
export function* slabQueries(plan: QueryPlan, maxCells: number): Generator<LayerQuery> {
  for (const { query } of planSlabs(plan, { maxCells })) yield query;
}

/** As `slabQueries`, when the cells along some dimensions become one: in the order of what is left of the answer. */
export function* planSlabs(
  plan: QueryPlan,
  { maxCells, maxTileCells = 0, whole }: SlabCuts,
): Generator<PlanSlab> {
  const { dimensions } = plan;
  const lengths = dimensions.map(({ name, length }) => (whole?.has(name) ? 1 : length));
  const longest = (axis: number) => Math.min(tileLength(plan, dimensions[axis]!), lengths[axis]!);
  let inner = lengths.reduce((product, length) => product * length, 1);
  let axis = 0;
  // The outermost dimensions are fixed to single indexes until what is inside one of them fits.
  for (; axis < dimensions.length; axis++) {
    const perIndex = inner / lengths[axis]!;
    if (perIndex <= maxCells || longest(axis) * perIndex <= maxTileCells) break;
    inner = perIndex;
  }
  if (axis === dimensions.length) axis = dimensions.length - 1;
  const perIndex = axis < dimensions.length ? inner / lengths[axis]! : 1;
  const maxLength = Math.max(1, Math.floor(maxCells / perIndex));
  const tiled = axis < dimensions.length && longest(axis) * perIndex <= maxTileCells ? longest(axis) : 1;
  const cuts = dimensions.map((dimension, d) => {
    if (d > axis || whole?.has(dimension.name)) return [{ selection: dimension.selection, start: 0 }];
    if (d < axis) return cut(dimension.selection, 1, 1);
    return cut(dimension.selection, Math.max(maxLength, tiled), tileLength(plan, dimension));
  });
  for (const pieces of combine(cuts)) {
    yield {
      query: toQuery(
        plan,
        pieces.map(({ selection }) => selection),
      ),
      starts: pieces.map(({ start }) => start),
    };
  }
}

/** Part of a dimension's selection, and the position of its first index in it. */
interface Cut {
  readonly selection: AxisSelection;
  readonly start: number;
}

/** Selections of at most `maxLength` indexes, ending at multiples of `tileLength` when one is in reach. */
function cut(selection: AxisSelection, maxLength: number, tileLength: number): Cut[] {
  const pieces: Cut[] = [];
  let at = 0;
  for (const span of selection) {
    let start = span.start;
    while (start < span.end) {
      const limit = Math.min(span.end, start + maxLength);
      const aligned = Math.floor(limit / tileLength) * tileLength;
      const end = limit < span.end && aligned > start ? aligned : limit;
      pieces.push({ selection: [withEnds(span, start, end)], start: at });
      at += end - start;
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

function* combine(cuts: readonly (readonly Cut[])[]): Generator<Cut[]> {
  const [first, ...others] = cuts;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const piece of first) for (const tail of combine(others)) yield [piece, ...tail];
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
