import { InvalidArgumentError } from '../errors/index.js';
import { columnFinder, coordinateAt, type Grid, nearestFinder, rowFinder } from '../grid/index.js';
import { Arc, lonLatOf, type UnitVector } from './great-circle.js';
import type { Ground } from './ground.js';
import { instantOf, type Path } from './path.js';
import type { Cell } from './site.js';

const RADIANS = Math.PI / 180;
/** Between points this near a great circle is straight in the layer's coordinates, to metres. */
const STRAIGHT = 0.25 * RADIANS;
/** Halvings of a straight stretch: the last are 2 mm long. */
const MAX_HALVINGS = 24;
/** Halvings outside the layer, where a corner of it may still be met: 100 m. */
const OUTSIDE_HALVINGS = 8;
/** Most of a second. */
const MAX_STOPS = 200_000;

/** A stretch of a path between two vertices, with the levels and instants it has there. */
export class PathArc extends Arc {
  readonly #z: readonly [number, number] | undefined;
  readonly #instant: readonly [number, number] | undefined;

  constructor(start: PathVertex, end: PathVertex) {
    super(start.place, end.place);
    if (start.z !== undefined && end.z !== undefined) this.#z = [start.z, end.z];
    if (start.instant !== undefined && end.instant !== undefined)
      this.#instant = [start.instant, end.instant];
  }

  /** Level at a part of the way; it changes evenly. */
  zAt(part: number): number | undefined {
    return this.#z && mix(this.#z, part);
  }

  /** Instant at a part of the way, at even speed. */
  instantAt(part: number): number | undefined {
    return this.#instant && mix(this.#instant, part);
  }
}

/** A vertex on the Earth. */
export interface PathVertex {
  readonly place: UnitVector;
  readonly z?: number;
  readonly instant?: number;
}

/** The arcs of a path's lines. Throws InvalidArgumentError for vertices beyond the Earth, or opposite to the next. */
export function pathArcs({ lines }: Path, grid: Grid, ground: Ground): PathArc[] {
  const calendar = grid.t?.calendar ?? 'standard';
  return lines.flatMap((line) => {
    const vertices = line.map(
      (position): PathVertex => ({
        place: ground.placeOf(position),
        ...(position.z !== undefined && { z: position.z }),
        ...(position.m !== undefined && { instant: instantOf(position.m, calendar) }),
      }),
    );
    return vertices.slice(1).map((end, i) => new PathArc(vertices[i]!, end));
  });
}

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
      walk(from, to, { halvings: 0, stopAt: (part) => stopAt(arc, part), add });
      from = to;
    }
  }
  return crossed;
}

interface Walk {
  readonly halvings: number;
  stopAt(part: number): Stop;
  add(stop: Stop): void;
}

/** Adds stops after `from` up to `to` such that every box of cells on the way has one. */
function walk(from: Stop, to: Stop, { halvings, stopAt, add }: Walk): void {
  const isOutside = from.cell === undefined && to.cell === undefined;
  if (isNothingBetween(from, to) || halvings >= (isOutside ? OUTSIDE_HALVINGS : MAX_HALVINGS)) {
    add(to);
    return;
  }
  const middle = stopAt((from.part + to.part) / 2);
  walk(from, middle, { halvings: halvings + 1, stopAt, add });
  walk(middle, to, { halvings: halvings + 1, stopAt, add });
}

/** A straight way between two boxes that share a side, or inside one, meets no other. */
function isNothingBetween(from: Stop, to: Stop): boolean {
  if (from.cell === undefined || to.cell === undefined) return false;
  return from.indexes.reduce((steps, index, axis) => steps + Math.abs(index - to.indexes[axis]!), 0) <= 1;
}

function stopFinder(grid: Grid, { lonLat }: Ground): (arc: PathArc, part: number) => Stop {
  const findColumn = columnFinder(grid.x, grid.crs);
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

function tooLong(): InvalidArgumentError {
  return new InvalidArgumentError('the path of coords crosses too many cells', {
    parameter: 'coords',
    expected: 'a shorter path',
  });
}

function mix([start, end]: readonly [number, number], part: number): number {
  return start + part * (end - start);
}
