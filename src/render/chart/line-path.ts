/** Positions in a drawing; where one is not finite, nothing is drawn. */
export type Points = readonly (readonly [x: number, y: number])[];

/** From here on, points that share a column of the drawing are drawn as far as they can be told apart. */
const MANY_POINTS = 2000;

/**
 * The data of an SVG path through points in drawing units. It is broken where a point is missing; a point without
 * neighbours is a line of no length, which round caps show as a dot.
 */
export function linePath(points: Points): string {
  const pieces = new Set(
    runs(points).map((run) => pieceOf(points.length < MANY_POINTS ? run : thinned(run))),
  );
  return [...pieces].join('');
}

/** A dot at each point. */
export function dotPath(points: Points): string {
  return [...new Set(runs(points).flatMap((run) => run.map((point) => pieceOf([point]))))].join('');
}

function runs(points: Points): Points[] {
  const found: (readonly [number, number])[][] = [];
  let isOpen = false;
  for (const point of points) {
    const isThere = Number.isFinite(point[0]) && Number.isFinite(point[1]);
    if (isThere && isOpen) found.at(-1)!.push(point);
    else if (isThere) found.push([point]);
    isOpen = isThere;
  }
  return found;
}

function pieceOf(run: Points): string {
  const [first, ...rest] = run.map(([x, y]) => `${short(x)} ${short(y)}`);
  return rest.length === 0 ? `M${first}h0` : `M${first}L${rest.join(' ')}`;
}

/** Of each column the first, lowest, highest and last: what a line through all of them would cover. */
function thinned(run: Points): Points {
  const kept: (readonly [number, number])[] = [];
  for (let start = 0; start < run.length; ) {
    const column = Math.round(run[start]![0]);
    let [end, lowest, highest] = [start, start, start];
    for (; end < run.length && Math.round(run[end]![0]) === column; end++) {
      if (run[end]![1] < run[lowest]![1]) lowest = end;
      if (run[end]![1] > run[highest]![1]) highest = end;
    }
    const chosen = [...new Set([start, lowest, highest, end - 1])].sort((a, b) => a - b);
    for (const index of chosen) kept.push(run[index]!);
    start = end;
  }
  return kept;
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
