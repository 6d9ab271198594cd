import type { Polygon } from './wkt.js';

// Centres such as 0.30000000000000004 lie on an edge at 0.3.
const EDGE_TOLERANCE = 1e-9;

/** Edges of one polygon, four numbers each: x1, y1, x2, y2. Holes are just further edges. */
export type PolygonEdges = Float64Array;

/** The edges of a polygon's rings. */
export function edgesOf(polygon: Polygon): PolygonEdges {
  const edges = polygon.flatMap((ring) =>
    ring.slice(1).flatMap((end, i) => {
      const start = ring[i]!;
      return [start.x, start.y, end.x, end.y];
    }),
  );
  return Float64Array.from(edges);
}

/**
 * Where the line at `y` runs inside the polygon by the even-odd rule, edges included: flat pairs [from, to],
 * which may overlap.
 */
export function crossRow(edges: PolygonEdges, y: number): number[] {
  // Taking each edge without its upper end, then without its lower, covers tops, bottoms and horizontal edges.
  return [
    ...crossings(edges, (low, high) => low <= y && y < high, y),
    ...crossings(edges, (low, high) => low < y && y <= high, y),
  ];
}

function crossings(edges: PolygonEdges, meets: (low: number, high: number) => boolean, y: number): number[] {
  const xs: number[] = [];
  for (let i = 0; i < edges.length; i += 4) {
    const y1 = edges[i + 1]!;
    const y2 = edges[i + 3]!;
    if (!meets(Math.min(y1, y2), Math.max(y1, y2))) continue;
    const x1 = edges[i]!;
    xs.push(x1 + ((edges[i + 2]! - x1) * (y - y1)) / (y2 - y1));
  }
  xs.sort((a, b) => a - b);
  return xs.map((x, k) => x + (k % 2 === 0 ? -1 : 1) * EDGE_TOLERANCE * Math.max(1, Math.abs(x)));
}
