import type { Manifest, RunEntry } from '../../catalog/index.js';
import { type CurveBox, type KeyIndex, segmentSpans } from '../../curve/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import { type AxisSelection, axisLength, type Grid, levelGrid, spanLength } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import { runId } from '../run-table.js';
import { layoutOf, type TileLayout } from '../tile-layout.js';
import { countTiles, mergeIntervals, type TileInterval, tileIntervals } from './axis-tiles.js';
import type { LayerQuery, QueryDimension, QueryPlan, QueryTiles, RunPlan } from './layer-query.js';
import { mergeRanges, RunSegments, type SegmentTotals } from './run-segments.js';

/** Scattered selections (a list of instants, two spans of columns) become at most this many boxes. */
const MAX_BOXES = 64;
/** Ranges of all boxes of a query together; `cover` makes fewer unless they keep segments closed. */
const MAX_RANGES = 4096;
const MIN_RANGES_OF_BOX = 64;

/** Plans queries over one snapshot; holds what is derived from its manifest once. */
export class QueryPlanner {
  readonly #manifest: Manifest;
  readonly #keyIndex: KeyIndex;
  readonly #runs = new Map<string, RunEntry>();
  readonly #segments = new Map<RunEntry, RunSegments>();

  constructor(manifest: Manifest, keyIndex: KeyIndex) {
    this.#manifest = manifest;
    this.#keyIndex = keyIndex;
    for (const run of manifest.runs) this.#runs.set(runId(run), run);
  }

  /** Throws: InvalidArgumentError for a selection that leaves its axis. */
  plan(parameter: Parameter, query: LayerQuery): QueryPlan {
    const level = this.#checkLevel(query.level ?? 0);
    const grid = levelGrid(this.#manifest.grid, level);
    const layout = layoutOf(parameter, grid, this.#manifest.tileShape);
    const dimensions = dimensionsOf(grid, parameter, query);
    const tiles = tilesOf(dimensions, layout, grid.custom.length);
    const boxes = this.#boxes(tiles);
    const runs: RunPlan[] = [];
    for (const custom of indexTuples(dimensions.slice(0, grid.custom.length))) {
      for (const z of tilesIn(tiles.z)) {
        const run = this.#runs.get(runId({ level, parameter: parameter.id, z, custom }));
        if (run) runs.push(this.#planRun(run, boxes));
      }
    }
    const points = this.#points(tiles);
    return summarizePlan({
      parameter,
      level,
      layout,
      dimensions,
      tiles,
      points,
      runs,
      totals: this.#totals(runs),
    });
  }

  #checkLevel(level: number): number {
    const { levels } = this.#manifest;
    if (Number.isInteger(level) && level >= 0 && level < levels) return level;
    throw new InvalidArgumentError('no such level', { found: level, allowed: `0 to ${levels - 1}` });
  }

  #boxes(tiles: QueryTiles): CurveBox[] {
    const { t: ts, row: rows, col: cols } = atMostMaxBoxes(tiles);
    const ends = ({ min, max }: TileInterval) => [min, max] as const;
    return ts.flatMap((t) =>
      rows.flatMap((row) =>
        cols.map((col) => this.#keyIndex.boxOf({ t: ends(t), row: ends(row), col: ends(col) })),
      ),
    );
  }

  /** Columns, rows and, where time is on the curve, bins. */
  #points({ t, row, col }: QueryTiles): TileInterval[][] {
    const points = [[...col], [...row]];
    if (this.#keyIndex.curve.dimensions === 2) return points;
    const bins = t.map(({ min, max }) => {
      const box = this.#keyIndex.boxOf({ t: [min, max], row: [0, 0], col: [0, 0] });
      return { min: box.min[2]!, max: box.max[2]! };
    });
    return [...points, mergeIntervals(bins)];
  }

  #planRun(run: RunEntry, boxes: readonly CurveBox[]): RunPlan {
    const { bounds } = this.#segmentsOf(run);
    const maxRanges = Math.max(MIN_RANGES_OF_BOX, Math.floor(MAX_RANGES / boxes.length));
    const cover = (box: CurveBox) => this.#keyIndex.curve.cover(box, { segments: bounds, maxRanges });
    const ranges = boxes.length === 1 ? cover(boxes[0]!) : mergeRanges(boxes.flatMap(cover));
    return { run, ranges, spans: segmentSpans(bounds, ranges) };
  }

  #segmentsOf(run: RunEntry): RunSegments {
    let segments = this.#segments.get(run);
    if (segments === undefined) {
      segments = new RunSegments(run);
      this.#segments.set(run, segments);
    }
    return segments;
  }

  #totals(runs: readonly RunPlan[]): SegmentTotals {
    const totals = runs.map(({ run, spans }) => this.#segmentsOf(run).totals(spans));
    const sum = (of: (one: SegmentTotals) => number) => totals.reduce((total, one) => total + of(one), 0);
    return {
      segments: sum((one) => one.segments),
      records: sum((one) => one.records),
      bytes: sum((one) => one.bytes),
    };
  }
}

/** All dimensions of an answer, custom axes first. */
function dimensionsOf(grid: Grid, parameter: Parameter, query: LayerQuery): QueryDimension[] {
  const has = (name: string) => parameter.axes.includes(name);
  const custom = grid.custom.map((axis) =>
    dimension(axis.name, has(axis.name) ? axisLength(axis) : 1, query.custom?.[axis.name]),
  );
  return [
    ...custom,
    dimension('t', grid.t && has('t') ? axisLength(grid.t) : 1, query.t),
    dimension('z', grid.z && has('z') ? axisLength(grid.z) : 1, query.z),
    dimension('y', axisLength(grid.y), query.y),
    dimension('x', axisLength(grid.x), query.x),
  ];
}

/** The tiles that hold the cells of `dimensions` (custom axes first, then t, z, y, x). */
function tilesOf(
  dimensions: readonly QueryDimension[],
  { shape }: TileLayout,
  customAxes: number,
): QueryTiles {
  const [t, z, y, x] = dimensions.slice(customAxes);
  return {
    t: tileIntervals(t!.selection, shape.t),
    z: tileIntervals(z!.selection, shape.z),
    row: tileIntervals(y!.selection, shape.row),
    col: tileIntervals(x!.selection, shape.col),
  };
}

function dimension(name: string, axisCells: number, wanted: AxisSelection | undefined): QueryDimension {
  const selection = wanted ?? [{ start: 0, end: axisCells }];
  for (const { start, end } of selection) {
    if (
      !(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= axisCells)
    ) {
      throw new InvalidArgumentError('selection leaves its axis', { axis: name, start, end, axisCells });
    }
  }
  if (selection.length === 0) throw new InvalidArgumentError('selection is empty', { axis: name });
  return { name, selection, length: spanLength(selection) };
}

/** Every combination of single indexes; the last dimension fastest. */
function* indexTuples(dimensions: readonly QueryDimension[]): Generator<number[]> {
  const [first, ...others] = dimensions;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const { start, end } of first.selection) {
    for (let i = start; i < end; i++) for (const tail of indexTuples(others)) yield [i, ...tail];
  }
}

function* tilesIn(intervals: readonly TileInterval[]): Generator<number> {
  for (const { min, max } of intervals) for (let tile = min; tile <= max; tile++) yield tile;
}

function atMostMaxBoxes({ t, row, col }: QueryTiles): Omit<QueryTiles, 'z'> {
  if (t.length * row.length * col.length <= MAX_BOXES) return { t, row, col };
  return { t: hull(t), row: hull(row), col: hull(col) };
}

function hull(intervals: readonly TileInterval[]): TileInterval[] {
  return [{ min: intervals[0]!.min, max: intervals.at(-1)!.max }];
}

function summarizePlan(made: {
  parameter: Parameter;
  level: number;
  layout: TileLayout;
  dimensions: readonly QueryDimension[];
  tiles: QueryTiles;
  points: QueryPlan['points'];
  runs: readonly RunPlan[];
  totals: SegmentTotals;
}): QueryPlan {
  const { parameter, level, layout, dimensions, tiles, points, runs, totals } = made;
  const count = (of: (run: RunPlan) => number) => runs.reduce((sum, run) => sum + of(run), 0);
  const tileCount = runs.length * countTiles(tiles.t) * countTiles(tiles.row) * countTiles(tiles.col);
  const { segments, records, bytes } = totals;
  return {
    parameter,
    level,
    layout,
    dimensions,
    dims: dimensions.map(({ name }) => name),
    shape: dimensions.map(({ length }) => length),
    cells: dimensions.reduce((product, { length }) => product * length, 1),
    ranges: count(({ ranges }) => ranges.length),
    segmentsTotal: count((run) => run.run.segments.length),
    segments,
    tiles: tileCount,
    estimatedBytes: records === 0 ? 0 : Math.round((bytes / records) * Math.min(tileCount, records)),
    tilesByAxis: tiles,
    points,
    runs,
  };
}
