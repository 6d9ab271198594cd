import type { StoredPair } from '../../codec/index.js';
import type { KeyIndex } from '../../curve/index.js';
import type { TileKey } from '../../grid/index.js';
import type { SegmentReader } from '../../segment/index.js';
import { type AxisPiece, holdsTile, piecesIn } from './axis-tiles.js';
import type { QueryPlan, RunPlan, SegmentPlan } from './layer-query.js';
import type { QueryStats } from './query-stats.js';
import { segmentPlans } from './run-segments.js';
import type { SegmentAccess } from './segment-access.js';
import type { UnpackedTiles } from './unpacked-tiles.js';

/** Records fetched and decoded together: bounds memory, keeps the decompression threads busy. */
const BATCH = 64;

/** What reading a plan takes. */
export interface ReadContext {
  readonly access: SegmentAccess;
  readonly keyIndex: KeyIndex;
  readonly stats: QueryStats;
  readonly signal: AbortSignal | undefined;
  readonly unpacked?: UnpackedTiles | undefined;
}

/** A tile, and a name that no other tile of the store ever has: segments are never changed. */
export interface NamedPair extends StoredPair {
  readonly name: string;
}

/** Stored tiles of one run that a plan wants cells of, still packed. */
export interface TileBatch {
  readonly run: RunPlan;
  readonly pairs: readonly NamedPair[];
}

/** Which cells of a tile a plan wants, and where they are in its answer. */
export type TilePieces = Readonly<Record<'t' | 'z' | 'row' | 'col', readonly AxisPiece[]>>;

/** The stored tiles of a plan, run by run in curve order; tiles that are not stored are left out. */
export async function* plannedTiles(plan: QueryPlan, context: ReadContext): AsyncGenerator<TileBatch> {
  context.stats.ranges += plan.ranges;
  context.stats.segmentsTotal += plan.segmentsTotal;
  for (const run of plan.runs) {
    for (const segment of segmentPlans(run)) yield* segmentTiles({ plan, run, segment }, context);
  }
}

/** The pieces of a plan in one tile. */
export function piecesOf(
  { dimensions, layout: { shape } }: Pick<QueryPlan, 'dimensions' | 'layout'>,
  key: Pick<TileKey, 't' | 'z' | 'row' | 'col'>,
): TilePieces {
  const [t, z, y, x] = dimensions.slice(-4);
  return {
    t: piecesIn(t!.selection, key.t, shape.t),
    z: piecesIn(z!.selection, key.z, shape.z),
    row: piecesIn(y!.selection, key.row, shape.row),
    col: piecesIn(x!.selection, key.col, shape.col),
  };
}

interface SegmentJob {
  readonly plan: QueryPlan;
  readonly run: RunPlan;
  readonly segment: SegmentPlan;
}

async function* segmentTiles(job: SegmentJob, context: ReadContext): AsyncGenerator<TileBatch> {
  const { access, stats, signal } = context;
  const lease = await access.lease(job.run.run, job.segment.segment, signal);
  stats.countSegment(lease.path);
  try {
    const wanted = entriesWanted(lease.reader, job, context.keyIndex);
    for (let i = 0; i < wanted.length; i += BATCH) {
      signal?.throwIfAborted();
      const batch = wanted.slice(i, i + BATCH);
      const { values: records, bytesRead } = await lease.reader.readMany(batch, { signal });
      const pairs = records
        .flatMap((record, at) => lease.decode(batch[at]!, record).map((pair) => ({ at: batch[at]!, pair })))
        .filter(({ pair }) => isWanted(pair.key, job))
        .map(({ at, pair }): NamedPair => ({ ...pair, name: `${lease.path}/${at}/${pair.key.t}` }));
      stats.countTiles({ tiles: pairs.length, bytes: bytesRead });
      yield { run: job.run, pairs };
    }
  } finally {
    lease.release();
  }
}

/** Positions in the segment's index whose points lie in the query; ranges may hold more than the box. */
function entriesWanted(reader: SegmentReader, { plan, segment }: SegmentJob, keyIndex: KeyIndex): number[] {
  const wanted: number[] = [];
  for (const { start, end } of segment.ranges) {
    for (let k = reader.lowerBound(start); k < reader.count; k++) {
      const index = reader.indexAt(k);
      if (index >= end) break;
      const point = keyIndex.curve.decode(index);
      if (point.every((c, d) => holdsTile(plan.points[d]!, c))) wanted.push(k);
    }
  }
  return wanted;
}

function isWanted(key: TileKey, { plan }: SegmentJob): boolean {
  const { t, row, col } = plan.tilesByAxis;
  return holdsTile(t, key.t) && holdsTile(row, key.row) && holdsTile(col, key.col);
}
