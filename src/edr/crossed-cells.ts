import { InvalidArgumentError } from '../errors/index.js';
import {
  type Axis,
  axisLength,
  type Bbox,
  columnFinder,
  coordinateAt,
  EARTH_RADIUS_METRES,
  type Grid,
  gridBbox,
  nearestFinder,
  rowFinder,
} from '../grid/index.js';
import { boundsAround } from './buffer.js';
import type { PathArc } from './corridor-path.js';
import { lonLatOf } from './great-circle.js';
import type { Ground } from './ground.js';
import type { LonLatBounds } from './projected-window.js';
import type { Cell } from './site.js';

const TURN = 360;
const RADIANS = Math.PI / 180;
const METRES_PER_DEGREE = EARTH_RADIUS_METRES * RADIANS;
/** Between points this near a great circle is straight in the layer's coordinates, to metres. */
const STRAIGHT = 0.25 * RADIANS;
/** Halvings of a straight stretch: the last are 2 mm long. */
const MAX_HALVINGS = 24;
/** Most of a second. */
const MAX_STOPS = 200_000;

/** A cell that a path crosses. */
export interface CrossedCell {
  readonly cell: Cell;
  /** Its centre in the layer's coordinates. */
  readonly centre: readonly [x: number, y: number];
  /** A part of the way where the path is in it. */
  readonly arc: PathArc;
  readonly part: number;
}

interface Stop {
  readonly part: number;
  readonly cell: Cell | undefined;
  /** Indexes on x, y, z and t; -1 where there is none. */
  readonly indexes: readonly [number, number, number, number];
}

/**
 * The cells that arcs cross: also those of which a line cuts a corner, and on each level and time step that is nearest
 * on the way. Cells may come more than once.
 *
 * Cost:   about ten places looked up for each cell crossed.
 * Throws: InvalidArgumentError for a path that is too long for the size of the cells.
 */
export function crossedCells(arcs: readonly PathArc[], grid: Grid, ground: Ground): CrossedCell[] {
  const stopAt = stopFinder(grid, ground);
  const bbox = gridBbox(grid);
  const outsideHalvings = halvingsFor(grid);
  const crossed: CrossedCell[] = [];
  for (const arc of arcs) {
    const add = ({ cell, part }: Stop) => {
      if (cell === undefined) return;
      const centre = [coordinateAt(grid.x, cell.col), coordinateAt(grid.y, cell.row)] as const;
      crossed.push({ cell, centre, arc, part });
    };
    const count = Math.max(1, Math.ceil(arc.length / STRAIGHT));
    let from = stopAt(arc, 0);
    add(from);
    for (let i = 1; i <= count; i++) {
      const to = stopAt(arc, i / count);
      const isFar =
        isOutside(from, to) && !meets(boundsAround(arc.between((i - 1) / count, i / count), 0), bbox);
      if (!isFar) walk(from, to, { halvings: 0, outsideHalvings, stopAt: (part) => stopAt(arc, part), add });
      from = to;
    }
  }
  return crossed;
}

interface Walk {
  readonly halvings: number;
  readonly outsideHalvings: number;
  stopAt(part: number): Stop;
  add(stop: Stop): void;
}

/** Adds stops after `from` up to `to` such that every box of cells on the way has one. */
function walk(from: Stop, to: Stop, about: Walk): void {
  const { halvings, outsideHalvings, stopAt, add } = about;
  const most = isOutside(from, to) ? outsideHalvings : MAX_HALVINGS;
  if (isNothingBetween(from, to) || halvings >= most) {
    add(to);
    return;
  }
  const middle = stopAt((from.part + to.part) / 2);
  walk(from, middle, { ...about, halvings: halvings + 1 });
  walk(middle, to, { ...about, halvings: halvings + 1 });
}

function isOutside(from: Stop, to: Stop): boolean {
  return from.cell === undefined && to.cell === undefined;
}

/** Halvings outside the layer until stretches are a quarter of a cell: what they may cut off its corner is less. */
function halvingsFor({ x, y, crs }: Grid): number {
  const metresPerUnit = crs.kind === 'geographic' ? METRES_PER_DEGREE : 1;
  const step = Math.min(stepOf(x), stepOf(y)) * metresPerUnit;
  const halvings = Math.ceil(Math.log2((STRAIGHT * EARTH_RADIUS_METRES * 4) / step));
  return Math.min(MAX_HALVINGS / 2, Math.max(0, Number.isFinite(halvings) ? halvings : 0));
}

/** The mean step of an axis; NaN for a single cell. */
function stepOf(axis: Axis): number {
  const last = axisLength(axis) - 1;
  return Math.abs(coordinateAt(axis, last) - coordinateAt(axis, 0)) / last;
}

function meets({ west, east, south, north }: LonLatBounds, [w, s, e, n]: Bbox): boolean {
  if (north < s || south > n) return false;
  const width = e < w ? e + TURN - w : e - w;
  const ahead = (((west - w) % TURN) + TURN) % TURN;
  return ahead <= width || ahead + east - west >= TURN;
}

/** A straight way between two boxes that share a side, or inside one, meets no other. */
function isNothingBetween(from: Stop, to: Stop): boolean {
  if (from.cell === undefined || to.cell === undefined) return false;
  return from.indexes.reduce((steps, index, axis) => steps + Math.abs(index - to.indexes[axis]!), 0) <= 1;
}

function stopFinder(grid: Grid, { lonLat }: Ground): (arc: PathArc, part: number) => Stop {
  const findColumn = turnedFinder(grid, lonLat.axes?.toLayer.turn);
  const findRow = rowFinder(grid.y, grid.crs);
  const findLevel = grid.z && nearestFinder(grid.z);
  const findTime = grid.t && nearestFinder(grid.t);
  let stops = 0;
  return (arc, part) => {
    if (++stops > MAX_STOPS) throw tooLong();
    const [longitude, latitude] = lonLatOf(arc.pointAt(part));
    const [x, y] = lonLat.toLayer(longitude, latitude);
    const col = Number.isFinite(x) ? findColumn(x) : undefined;
    const row = Number.isFinite(y) ? findRow(y) : undefined;
    const z = arc.zAt(part);
    const instant = arc.instantAt(part);
    const level = z === undefined ? undefined : findLevel?.(z);
    const time = instant === undefined ? undefined : findTime?.(instant);
    return {
      part,
      cell: col === undefined || row === undefined ? undefined : { col, row },
      indexes: [col ?? -1, row ?? -1, level ?? -1, time ?? -1],
    };
  };
}

/** Finds columns also where x of the grid goes on past the antimeridian, by `turn` for each turn of the globe. */
function turnedFinder({ x: axis, crs }: Grid, turn: number | undefined): (x: number) => number | undefined {
  const find = columnFinder(axis, crs);
  if (turn === undefined) return find;
  const middle = (coordinateAt(axis, 0) + coordinateAt(axis, axisLength(axis) - 1)) / 2;
  return (x) => find(x - turn * Math.round((x - middle) / turn));
}

function tooLong(): InvalidArgumentError {
  return new InvalidArgumentError('the path of coords crosses too many cells', {
    parameter: 'coords',
    expected: 'a shorter path',
  });
}
