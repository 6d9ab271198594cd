import type { SegmentEntry } from '../../catalog/index.js';
import { type KeyIndex, segmentHolding } from '../../curve/index.js';
import {
  type Axis,
  axisLength,
  CRS84,
  cellEdges,
  coordinateAt,
  type Grid,
  projectPoints,
  rowEdges,
  type TileShape,
} from '../../grid/index.js';

/** Blocks of a layer in one drawing, however many tiles it has. */
export const maxBlocks = 16_384;

/** Digits of a degree: a metre. */
const degreeUnits = 1e5;

/** The tiles of one instant of a layer, in blocks of `side` x `side` tiles, row by row. */
export interface CurveBlocks {
  readonly columns: number;
  readonly rows: number;
  /** Tiles along a side of a block: 1, or a power of two where the tiles are too many. */
  readonly side: number;
  /** [row][column]: where its first tile is on the curve, the one with the lowest column and row. */
  readonly indexes: readonly number[];
  /** [row][column]: position in its run of the segment that may hold that tile; -1 in a gap. */
  readonly segments: readonly number[];
  /** [row][column]: 1 where the query wants a tile of the block. */
  readonly touched: readonly number[];
  /**
   * Longitude and latitude of the corners of blocks, [rows + 1][columns + 1][2] as one list. Longitudes
   * run on over 180 degrees, so that neighbours are beside each other; null where the projection has no such place.
   */
  readonly corners: readonly (number | null)[];
}

/** Tiles along one axis, both ends included. */
interface TileSpan {
  readonly min: number;
  readonly max: number;
}

/** What is drawn. */
export interface DrawnTiles {
  readonly tiles: TileShape;
  readonly tileShape: TileShape;
  /** The time tile. */
  readonly t: number;
  readonly segments: readonly SegmentEntry[];
  /** Ascending tiles of the query. */
  readonly asked: { readonly row: readonly TileSpan[]; readonly col: readonly TileSpan[] };
}

/** The curve over the ground as a bounded drawing: at most `maxBlocks` blocks, whatever the layer. */
export function curveBlocks(grid: Grid, keyIndex: KeyIndex, drawn: DrawnTiles): CurveBlocks {
  const { tiles, tileShape, t } = drawn;
  const side = sideOf(tiles);
  const columns = Math.ceil(tiles.col / side);
  const rows = Math.ceil(tiles.row / side);
  const firstTiles = Array.from({ length: columns * rows }, (_, block) => ({
    col: (block % columns) * side,
    row: Math.floor(block / columns) * side,
    t,
  }));
  const indexes: number[] = firstTiles.map((key) => keyIndex.indexOf(key));
  const bounds = {
    first: drawn.segments.map(({ first }) => first),
    last: drawn.segments.map(({ last }) => last),
  };
  const meetsCol = Array.from({ length: columns }, (_, k) => meets(drawn.asked.col, k * side, side));
  const meetsRow = Array.from({ length: rows }, (_, k) => meets(drawn.asked.row, k * side, side));
  return {
    columns,
    rows,
    side,
    indexes,
    segments: indexes.map((index) => segmentHolding(bounds, index)),
    touched: meetsRow.flatMap((row) => meetsCol.map((col) => (row && col ? 1 : 0))),
    corners: cornersOf(grid, {
      xs: blockEdges(grid.x, cellEdges(grid.x), side * tileShape.col, columns),
      ys: blockEdges(grid.y, rowEdges(grid.y, grid.crs), side * tileShape.row, rows),
    }),
  };
}

/** Powers of two, so that a block is one quadrant of a Hilbert or Z-order curve and its tiles follow each other. */
function sideOf({ col, row }: TileShape): number {
  let side = 1;
  while (Math.ceil(col / side) * Math.ceil(row / side) > maxBlocks) side *= 2;
  return side;
}

function meets(asked: readonly TileSpan[], start: number, side: number): boolean {
  return asked.some(({ min, max }) => min < start + side && max >= start);
}

/** Coordinates of the borders of blocks of `cells` cells, in the order of the axis. */
function blockEdges(
  axis: Axis,
  ends: { readonly low: number; readonly high: number },
  cells: number,
  blocks: number,
): number[] {
  const length = axisLength(axis);
  const isDescending = coordinateAt(axis, length - 1) < coordinateAt(axis, 0);
  const [first, last] = isDescending ? [ends.high, ends.low] : [ends.low, ends.high];
  return Array.from({ length: blocks + 1 }, (_, k) => {
    const cell = k * cells;
    if (cell === 0) return first;
    return cell >= length ? last : (coordinateAt(axis, cell - 1) + coordinateAt(axis, cell)) / 2;
  });
}

function cornersOf(
  { crs }: Grid,
  { xs, ys }: { readonly xs: readonly number[]; readonly ys: readonly number[] },
): (number | null)[] {
  if (crs.kind === 'geographic') return ys.flatMap((y) => xs.flatMap((x) => [rounded(x), rounded(y)]));
  const project = projectPoints(crs, CRS84);
  const corners: (number | null)[] = [];
  for (const [row, y] of ys.entries()) {
    for (const [col, x] of xs.entries()) {
      const at = corners.length;
      const [longitude, latitude] = project(x, y);
      const neighbour = col > 0 ? corners[at - 2] : row > 0 ? corners[at - 2 * xs.length] : undefined;
      const turns = Math.round(((neighbour ?? longitude) - longitude) / 360);
      corners.push(rounded(longitude + 360 * turns), rounded(latitude));
    }
  }
  return corners;
}

function rounded(degrees: number): number | null {
  return Number.isFinite(degrees) ? Math.round(degrees * degreeUnits) / degreeUnits : null;
}
