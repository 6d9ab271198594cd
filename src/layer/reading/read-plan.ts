import { type StoredPair, unpackTile } from '../../codec/index.js';
import { CorruptionError } from '../../errors/index.js';
import type { TileShape } from '../../grid/index.js';
import { type Cells, cellBytes, writePhysical } from '../../raster/index.js';
import type { AxisPiece } from './axis-tiles.js';
import type { QueryPlan, RunPlan } from './layer-query.js';
import {
  type NamedPair,
  piecesOf,
  plannedTiles,
  type ReadContext,
  type TilePieces,
} from './planned-tiles.js';
import type { UnpackedTiles } from './unpacked-tiles.js';

/** Tiles unpacked at once: they keep all threads busy, and end within 30 ms or so when their client is gone. */
const UNPACKED = 32;

/** All values of a plan, in the order of its dimensions; cells without a tile are NaN. */
export async function readPlan(plan: QueryPlan, context: ReadContext): Promise<Float64Array> {
  const values = new Float64Array(plan.cells).fill(Number.NaN);
  const unpacked = context.unpacked?.takes(plan.tiles * tileBytes(plan)) ? context.unpacked : undefined;
  for await (const { run, pairs } of plannedTiles(plan, context)) {
    const base = customOffset(plan, run.run.custom);
    await placeAll(pairs, { plan, base, values, unpacked }, context.signal);
  }
  return values;
}

/** The values of a plan in one tile, [t, z, row, col] over `pieces`. */
export async function readPieces(
  { tile }: StoredPair,
  pieces: TilePieces,
  plan: QueryPlan,
): Promise<Float64Array> {
  const lengths = [pieces.t, pieces.z, pieces.row, pieces.col].map(cellsOfPieces);
  const [t, z, y, x] = lengths as [number, number, number, number];
  const values = new Float64Array(t * z * y * x);
  const inside = {
    t: fromZero(pieces.t),
    z: fromZero(pieces.z),
    row: fromZero(pieces.row),
    col: fromZero(pieces.col),
  };
  const strides = { t: z * y * x, z: y * x, y: x };
  await placeTile({ tile }, { plan, base: 0, values, pieces: inside, strides });
  return values;
}

/** Cells of a list of pieces. */
export function cellsOfPieces(pieces: readonly AxisPiece[]): number {
  return pieces.reduce((total, { count }) => total + count, 0);
}

/** The same cells of the tile, their places counted among themselves. */
function fromZero(pieces: readonly AxisPiece[]): AxisPiece[] {
  let at = 0;
  return pieces.map((piece) => {
    const placed = { ...piece, at };
    at += piece.count;
    return placed;
  });
}

/** Where values are put. */
interface Target {
  readonly plan: QueryPlan;
  /** The place of the first value. */
  readonly base: number;
  readonly values: Float64Array;
  readonly unpacked?: UnpackedTiles | undefined;
}

async function placeAll(
  pairs: readonly NamedPair[],
  target: Target,
  signal: AbortSignal | undefined,
): Promise<void> {
  const waiting = pairs.values();
  const places = Array.from({ length: Math.min(UNPACKED, pairs.length) }, async () => {
    for (const pair of waiting) {
      signal?.throwIfAborted();
      await placePair(pair, target);
    }
  });
  await Promise.all(places);
}

/** Copies the wanted cells of a tile to their places in the answer. */
async function placePair({ key, tile, name }: NamedPair, target: Target): Promise<void> {
  const [, z, y, x] = target.plan.dimensions.slice(-4);
  const strides = { t: z!.length * y!.length * x!.length, z: y!.length * x!.length, y: x!.length };
  await placeTile({ tile, name }, { ...target, pieces: piecesOf(target.plan, key), strides });
}

async function placeTile(
  { tile, name }: { readonly tile: StoredPair['tile']; readonly name?: string },
  target: Target & {
    readonly pieces: TilePieces;
    readonly strides: { readonly t: number; readonly z: number; readonly y: number };
  },
): Promise<void> {
  const { plan, base, values, unpacked, pieces, strides } = target;
  const { shape } = plan.layout;
  const unpack = () => unpackTile(tile, plan.parameter);
  // What is not packed is there at once, and would keep its whole record in memory.
  const isPacked = tile.kind === 'coded' && tile.codec !== 'raw';
  const isKept = unpacked !== undefined && name !== undefined && isPacked;
  const cellsOf = await (isKept ? unpacked.get(name, tileBytes(plan), unpack) : unpack());
  const plane = spanInPlane(pieces, shape);
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

/** Of one tile, unpacked. */
function tileBytes({ layout: { shape }, parameter }: QueryPlan): number {
  return shape.t * shape.z * shape.row * shape.col * cellBytes(parameter.type);
}

/** The stretch of a plane's cells that holds all pieces: one place in a tile is a fraction of its cells. */
function spanInPlane({ row, col }: TilePieces, shape: TileShape): { start: number; end: number } {
  const first = (pieces: readonly AxisPiece[]) => Math.min(...pieces.map(({ inTile }) => inTile));
  const last = (pieces: readonly AxisPiece[]) =>
    Math.max(...pieces.map(({ inTile, count }) => inTile + count - 1));
  return { start: first(row) * shape.col + first(col), end: last(row) * shape.col + last(col) + 1 };
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
function customOffset({ dimensions }: QueryPlan, custom: RunPlan['run']['custom']): number {
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
