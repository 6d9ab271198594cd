import {
  type Axis,
  axisLength,
  type CellFinder,
  type Crs,
  columnFinder,
  coordinateAt,
  isGlobal,
  nearestFinder,
  rowFinder,
} from '../grid/index.js';

/** Which cells of an axis each of a row, or column, of pixels takes: the one that holds it and the next nearest. */
export interface AxisSamples {
  /** Cell that holds the pixel's centre; -1 outside the axis. */
  readonly nearest: Int32Array;
  /** The cell whose centre lies on the pixel's other side; `nearest` again beyond the outermost centres. */
  readonly other: Int32Array;
  /** Weight of `other` between two centres, 0 to 0.5. */
  readonly share: Float64Array;
}

/** Of columns at `longitudes`, on a grid of longitudes: taken modulo 360, and without a seam where it goes round the globe. */
export function columnSamples(axis: Axis, crs: Crs, longitudes: Float64Array): AxisSamples {
  return samplesOf(axis, longitudes, {
    find: columnFinder(axis, crs),
    goesRound: isGlobal(axis),
    difference: turnBetween,
  });
}

/** Of rows at `latitudes`, on a grid of latitudes. */
export function rowSamples(axis: Axis, crs: Crs, latitudes: Float64Array): AxisSamples {
  return samplesOf(axis, latitudes, {
    find: rowFinder(axis, crs),
    goesRound: false,
    difference: (from, to) => to - from,
  });
}

/** Of columns or rows at coordinates of an axis that is straight on the map, in its own units. */
export function straightSamples(axis: Axis, places: Float64Array): AxisSamples {
  return samplesOf(axis, places, {
    find: nearestFinder(axis),
    goesRound: false,
    difference: (from, to) => to - from,
  });
}

interface AxisShape {
  readonly find: CellFinder;
  /** True when the last cell is the first one's neighbour. */
  readonly goesRound: boolean;
  readonly difference: (from: number, to: number) => number;
}

function samplesOf(axis: Axis, places: Float64Array, shape: AxisShape): AxisSamples {
  const nearest = Int32Array.from(places, (place) => shape.find(place) ?? -1);
  const other = nearest.slice();
  const share = new Float64Array(places.length);
  const last = axisLength(axis) - 1;
  const forward = coordinateAt(axis, last) < coordinateAt(axis, 0) ? -1 : 1;
  for (let pixel = 0; pixel < places.length; pixel++) {
    const cell = nearest[pixel]!;
    if (cell < 0) continue;
    const centre = coordinateAt(axis, cell);
    const distance = shape.difference(centre, places[pixel]!);
    const neighbour = neighbourOf(cell, distance < 0 ? -forward : forward, { last, ...shape });
    if (neighbour === undefined || distance === 0) continue;
    const gap = shape.difference(centre, coordinateAt(axis, neighbour));
    // Two columns on one meridian have no room between them.
    if (gap * distance <= 0) continue;
    other[pixel] = neighbour;
    share[pixel] = Math.min(0.5, distance / gap);
  }
  return { nearest, other, share };
}

function neighbourOf(
  cell: number,
  step: number,
  { last, goesRound }: { readonly last: number; readonly goesRound: boolean },
): number | undefined {
  const neighbour = cell + step;
  if (neighbour >= 0 && neighbour <= last) return neighbour;
  if (!goesRound) return undefined;
  return neighbour < 0 ? last : 0;
}

/** The shorter way round, in degrees east. */
function turnBetween(from: number, to: number): number {
  const turn = to - from;
  return turn - 360 * Math.round(turn / 360);
}
