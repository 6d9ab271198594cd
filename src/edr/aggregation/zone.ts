import type { DomainPolygon } from '../../formats/index.js';
import type { Crs } from '../../grid/index.js';
import type { GridWindow } from '../grid-window.js';
import type { LonLatBounds } from '../projected-window.js';
import type { Polygon } from '../wkt.js';

/** What becomes one value when x and y do: a polygon of the query, a box, a circle. */
export interface Zone {
  /** Its cells; undefined when it has none. */
  readonly window: GridWindow | undefined;
  readonly outline: DomainPolygon;
  /** Of the outline. */
  readonly crs: Crs;
}

/** The ring around a box. */
export function boxOutline({ west, south, east, north }: LonLatBounds): DomainPolygon {
  return [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ];
}

/** A polygon as GeoJSON winds it: the outer ring counterclockwise, holes clockwise. */
export function polygonOutline(polygon: Polygon): DomainPolygon {
  return polygon.map((ring, at) => {
    const vertices = ring.map(({ x, y }) => [x, y] as const);
    return signedArea(vertices) < 0 === (at === 0) ? vertices.toReversed() : vertices;
  });
}

function signedArea(ring: readonly (readonly [number, number])[]): number {
  const [originX, originY] = ring[0]!;
  let area = 0;
  for (let i = 1; i < ring.length; i++) {
    const [x1, y1] = ring[i - 1]!;
    const [x2, y2] = ring[i]!;
    area += (x1 - originX) * (y2 - originY) - (x2 - originX) * (y1 - originY);
  }
  return area;
}
