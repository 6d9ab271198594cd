import { type StoredPair, unpackTile } from '../../codec/index.js';
import type { KeyIndex } from '../../curve/index.js';
import { CorruptionError } from '../../errors/index.js';
import type { TileKey, TileShape } from '../../grid/index.js';
import { type Cells, writePhysical } from '../../raster/index.js';
import type { SegmentReader } from '../../segment/index.js';
import { type AxisPiece, holdsTile, piecesIn } from './axis-tiles.js';
import type { QueryPlan, RunPlan, SegmentPlan } from './layer-query.js';
import type { QueryStats } from './query-stats.js';
import { segmentPlans } from './run-segments.js';
import type { SegmentAccess } from './segment-access.js';

/** Records fetched and decoded together: bounds memory, keeps the decompression threads busy. */
const BATCH = 64;

export interface ReadContext {
  readonly access: SegmentAccess;
  readonly keyIndex: KeyIndex;
  readonly stats: QueryStats;
  readonly signal: AbortSignal | undefined;
}

/** All values of a plan, in the order of its dimensions; cells without a tile are NaN. */
export async function readPlan(plan: QueryPlan, context: ReadContext): Promise<Float64Array> {
  const values = new Float64Array(plan.cells).fill(Number.NaN);
  context.stats.ranges += plan.ranges;
  context.stats.segmentsTotal += plan.segmentsTotal;
  for (const run of plan.runs) {
    for (const segment of segmentPlans(run)) await readSegment({ plan, run, segment, values }, context);
  }
  return values;
}

interface SegmentJob {
  readonly plan: QueryPlan;
  readonly run: RunPlan;
  readonly segment: SegmentPlan;
  readonly values: Float64Array;
}

async function readSegment(job: SegmentJob, context: ReadContext): Promise<void> {
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
        .flatMap((record, at) => lease.decode(batch[at]!, record))
        .filter(({ key }) => isWanted(key, job));
      stats.countTiles({ tiles: pairs.length, bytes: bytesRead });
      await Promise.all(pairs.map((pair) => placePair(pair, job)));
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

/** Copies the wanted cells of a tile to their places in the answer. */
async function placePair({ key, tile }: StoredPair, { plan, run, values }: SegmentJob): Promise<void> {
  const { shape } = plan.layout;
  const [t, z, y, x] = plan.dimensions.slice(-4);
  const pieces = {
    t: piecesIn(t!.selection, key.t, shape.t),
    z: piecesIn(z!.selection, key.z, shape.z),
    row: piecesIn(y!.selection, key.row, shape.row),
    col: piecesIn(x!.selection, key.col, shape.col),
  };
  const cellsOf = await unpackTile(tile, plan.parameter);
  const plane = spanInPlane(pieces, shape);
  const base = customOffset(plan, run.run.custom);
  const strides = { t: z!.length * y!.length * x!.length, z: y!.length * x!.length, y: x!.length };
  for (const [tAt, tIn] of indexPairs(pieces.t)) {
    for (const [zAt, zIn] of indexPairs(pieces.z)) {
      const planeStart = (tIn * shape.z + zIn) * shape.row * shape.col;
      const cells = cellsOf({ start: planeStart + plane.start, end: planeStart + plane.end });
      for (const [yAt, yIn] of indexPairs(pieces.row)) {
        const from = yIn * shape.col - plane.start;
        const into = base + tAt * strides.t + zAt * strides.z + yAt * strides.y;
        copyColumns({ cells, from, into, columns: pieces.col, values, plan });
      }
    }
  }
}

/** The stretch of a plane's cells that holds all pieces: one place in a tile is a fraction of its cells. */
function spanInPlane(
  pieces: Readonly<Record<'row' | 'col', readonly AxisPiece[]>>,
  shape: TileShape,
): { start: number; end: number } {
  const first = (axis: 'row' | 'col') => Math.min(...pieces[axis].map(({ inTile }) => inTile));
  const last = (axis: 'row' | 'col') =>
    Math.max(...pieces[axis].map(({ inTile, count }) => inTile + count - 1));
  return { start: first('row') * shape.col + first('col'), end: last('row') * shape.col + last('col') + 1 };
}

function copyColumns(row: {
  cells: Cells;
  from: number;
  into: number;
  columns: readonly AxisPiece[];
  values: Float64Array;
  plan: QueryPlan;
}): void {
  for (const { at, inTile, count } of row.columns) {
    writePhysical({
      cells: row.cells,
      from: row.from + inTile,
      count,
      stride: 1,
      into: row.values,
      at: row.into + at,
      parameter: row.plan.parameter,
    });
  }
}

function* indexPairs(pieces: readonly AxisPiece[]): Generator<readonly [number, number]> {
  for (const { at, inTile, count } of pieces) {
    for (let i = 0; i < count; i++) yield [at + i, inTile + i];
  }
}

/** Where the values of one combination of custom indexes begin. */
function customOffset({ dimensions }: QueryPlan, custom: readonly number[]): number {
  const inner = dimensions.slice(custom.length).reduce((product, { length }) => product * length, 1);
  let offset = 0;
  custom.forEach((index, axis) => {
    const { selection, length } = dimensions[axis]!;
    offset = offset * length + positionOf(selection, index);
  });
  return offset * inner;
}

function positionOf(selection: QueryPlan['dimensions'][number]['selection'], index: number): number {
  let at = 0;
  for (const { start, end } of selection) {
    if (index >= start && index < end) return at + index - start;
    at += end - start;
  }
  throw new CorruptionError('run was not asked for', { index });
}
