import type { Grid } from '../grid/index.js';
import { Arc, type UnitVector } from './great-circle.js';
import type { Ground } from './ground.js';
import { instantOf, type Path } from './path.js';

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

function mix([start, end]: readonly [number, number], part: number): number {
  return start + part * (end - start);
}
