import { haversineMetres } from './haversine.js';

const RADIANS = Math.PI / 180;

/** A vertex of a path. */
export interface Vertex {
  readonly x: number;
  readonly y: number;
  readonly z?: number;
  readonly t?: number;
}

/** A point of the great circle between two places, by slerp. */
export function along(a: Vertex, b: Vertex, part: number): [number, number] {
  const vector = ({ x, y }: Vertex) => [
    Math.cos(y * RADIANS) * Math.cos(x * RADIANS),
    Math.cos(y * RADIANS) * Math.sin(x * RADIANS),
    Math.sin(y * RADIANS),
  ];
  const angle = haversineMetres([a.x, a.y], [b.x, b.y]) / 6_371_008.8;
  if (angle < 1e-9) return [a.x, a.y];
  const [u, v] = [vector(a), vector(b)];
  const [p, q, r] = u.map(
    (value, i) => (value * Math.sin((1 - part) * angle) + v[i]! * Math.sin(part * angle)) / Math.sin(angle),
  );
  return [Math.atan2(q!, p!) / RADIANS, Math.atan2(r!, Math.hypot(p!, q!)) / RADIANS];
}

/** Finds the part of a stretch nearest to a place, and how far it is, by trying a hundred and then narrowing down. */
export function nearestFinderOf(a: Vertex, b: Vertex) {
  const tries = Array.from({ length: 101 }, (_, i) => ({ part: i / 100, point: along(a, b, i / 100) }));
  const reach = haversineMetres([a.x, a.y], [b.x, b.y]) / 100;
  return (place: [number, number], limit: number): { part: number; metres: number } | undefined => {
    const distance = (part: number) => haversineMetres(along(a, b, part), place);
    const metres = tries.map(({ point }) => haversineMetres(point, place));
    const least = Math.min(...metres);
    if (least > limit + reach) return undefined;
    const best = metres.indexOf(least) / 100;
    let [low, high] = [Math.max(0, best - 0.01), Math.min(1, best + 0.01)];
    for (let i = 0; i < 50; i++) {
      const [first, second] = [low + (high - low) / 3, high - (high - low) / 3];
      if (distance(first) < distance(second)) high = second;
      else low = first;
    }
    const ends = [0, 1, (low + high) / 2].map((part) => ({ part, metres: distance(part) }));
    return ends.reduce((nearest, one) => (one.metres < nearest.metres ? one : nearest));
  };
}
