import { mergeSummaries, type Summary } from '../../raster/index.js';
import { tileExtent } from '../tile-layout.js';
import type { AxisPiece } from './axis-tiles.js';
import type { QueryDimension, QueryPlan, RunPlan } from './layer-query.js';
import { piecesOf, plannedTiles, type ReadContext, type TilePieces } from './planned-tiles.js';
import { cellsOfPieces, readPieces } from './read-plan.js';

/** Statistics of cells that are all wanted, and where these are in the answer. */
export interface SummaryPart {
  readonly pieces: TilePieces;
  /** In physical units; undefined when no cell is valid. */
  readonly summary: Summary | undefined;
}

/** What one stored tile has of a plan. */
export interface TilePart extends SummaryPart {
  /** True when the plan wants all cells that the summary is about. */
  readonly isWhole: boolean;
  /** The wanted cells in physical units, NaN for no data: [t, z, row, col] over `pieces`. */
  unpack(): Promise<Float64Array>;
}

/**
 * What the stored tiles of a plan have of it, a batch at a time and in no order a caller could rely on; values of
 * all combinations of custom indexes alike. A tile is unpacked when it is asked to, and only then.
 */
export async function* tileParts(plan: QueryPlan, context: ReadContext): AsyncGenerator<readonly TilePart[]> {
  for await (const { pairs } of plannedTiles(plan, context)) {
    yield pairs.map((pair): TilePart => {
      const pieces = piecesOf(plan, pair.key);
      const { size } = tileExtent(pair.key, plan.layout);
      const isWhole = (['t', 'z', 'row', 'col'] as const).every(
        (axis) => cellsOfPieces(pieces[axis]) === size[axis],
      );
      return {
        pieces,
        summary: pair.tile.summary,
        isWhole,
        async unpack() {
          context.signal?.throwIfAborted();
          context.stats.countUnpacked();
          return readPieces(pair, pieces, plan);
        },
      };
    });
  }
}

/**
 * What the manifest says of a plan's cells, a part for each run; undefined where it does not know: when the plan wants
 * some cells of a run only, or statistics are missing. Reads nothing.
 */
export function runSummaries(plan: QueryPlan): SummaryPart[] | undefined {
  const parts: SummaryPart[] = [];
  for (const run of plan.runs) {
    const pieces = wholeRun(plan, run);
    if (pieces === undefined) return undefined;
    let summary: Summary | undefined;
    for (const segment of run.run.segments) {
      // Without one its cells may be infinite, or all missing: only its tiles tell.
      if (segment.summary === undefined) return undefined;
      summary = mergeSummaries(summary, segment.summary);
    }
    parts.push({ pieces, summary });
  }
  return parts;
}

function wholeRun({ dimensions, layout }: QueryPlan, { run }: RunPlan): TilePieces | undefined {
  const [t, , y, x] = dimensions.slice(-4) as [
    QueryDimension,
    QueryDimension,
    QueryDimension,
    QueryDimension,
  ];
  const { cells, shape } = layout;
  if (t.length !== cells.t || y.length !== cells.row || x.length !== cells.col) return undefined;
  const { z: level } = piecesOf({ dimensions, layout }, { ...run, t: 0, row: 0, col: 0 });
  if (cellsOfPieces(level) !== Math.min(shape.z, cells.z - run.z * shape.z)) return undefined;
  return { t: wholeAxis(t), z: level, row: wholeAxis(y), col: wholeAxis(x) };
}

function wholeAxis({ length }: QueryDimension): AxisPiece[] {
  return [{ at: 0, inTile: 0, count: length }];
}
