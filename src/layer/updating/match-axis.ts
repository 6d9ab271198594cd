import { InvalidArgumentError } from '../../errors/index.js';
import { type Axis, axisLength, axisNumbers, type Coordinates } from '../../grid/index.js';

/** How far a value may be from a cell's centre, in steps. Instants are exact. */
const TOLERANCE = 1e-6;
const TURN = 360;

/** Where the cells of a source's axis are on a layer's, which may have grown at its end to hold them. */
export interface AxisMatch {
  readonly coordinates: Coordinates;
  /** Position on the layer's axis of each cell of the source's. */
  readonly positions: readonly number[];
}

/** What kind of axis is matched. `cyclic`: longitudes; `instants`: no tolerance; `gridded`: no value may be skipped. */
export type MatchKind = 'cyclic' | 'gridded' | 'instants' | 'values';

/**
 * Matches cells by axis values. Values behind the last one of the layer make its axis longer.
 *
 * Throws: InvalidArgumentError for a value before the first or between two: no tile can move for it, so the
 *         layer must be reindexed.
 */
export function matchAxis(layer: Axis, source: Axis, kind: MatchKind): AxisMatch {
  const { coordinates } = layer;
  if (coordinates.kind === 'labels' || source.coordinates.kind === 'labels')
    return matchLabels(layer, source);
  const known = axisNumbers(layer);
  const grown: number[] = [];
  const positions = axisNumbers(source).map((value) => {
    const at = findValue(known, value, kind);
    if (at !== undefined) return at;
    requireBehind(layer, known, value);
    grown.push(value);
    return -1;
  });
  if (grown.length === 0) return { coordinates, positions };
  const direction = isDescending(known) ? -1 : 1;
  const added = [...new Set(grown)].sort((a, b) => direction * (a - b));
  const longer = extend(layer, known, added, kind);
  const all = axisNumbers(longer);
  return { coordinates: longer, positions: axisNumbers(source).map((value) => findValue(all, value, kind)!) };
}

function matchLabels(layer: Axis, source: Axis): AxisMatch {
  if (layer.coordinates.kind !== 'labels' || source.coordinates.kind !== 'labels') {
    throw new InvalidArgumentError('axis has names in one of layer and source only', { axis: layer.name });
  }
  const known = layer.coordinates.values;
  const values = [...known, ...source.coordinates.values.filter((label) => !known.includes(label))];
  return {
    coordinates: { kind: 'labels', values },
    positions: source.coordinates.values.map((label) => values.indexOf(label)),
  };
}

function findValue(known: readonly number[], value: number, kind: MatchKind): number | undefined {
  const at = nearest(known, value);
  if (isEqual(known, at, value, kind)) return at;
  if (kind !== 'cyclic') return undefined;
  for (const turned of [value - TURN, value + TURN]) {
    const other = nearest(known, turned);
    if (isEqual(known, other, turned, kind)) return other;
  }
  return undefined;
}

function isEqual(known: readonly number[], at: number, value: number, kind: MatchKind): boolean {
  if (kind === 'instants') return known[at] === value;
  const neighbour = known[at === 0 ? Math.min(1, known.length - 1) : at - 1]!;
  const step = Math.abs(known[at]! - neighbour) || Math.abs(value);
  return Math.abs(known[at]! - value) <= TOLERANCE * step;
}

/** Position of the nearest of strictly monotonic values. */
function nearest(known: readonly number[], value: number): number {
  const isDown = isDescending(known);
  let low = 0;
  let high = known.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const isBefore = isDown ? known[middle]! > value : known[middle]! < value;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  const isLowerNearer = low > 0 && Math.abs(known[low - 1]! - value) < Math.abs(known[low]! - value);
  return isLowerNearer ? low - 1 : low;
}

function isDescending(known: readonly number[]): boolean {
  return known.length > 1 && known[1]! < known[0]!;
}

function requireBehind(layer: Axis, known: readonly number[], value: number): void {
  const last = known.at(-1)!;
  if (isDescending(known) ? value < last : value > last) return;
  throw new InvalidArgumentError('value is not on the axis, nor behind its end: reindex the layer', {
    axis: layer.name,
    found: value,
    first: known[0],
    last,
  });
}

/** The axis with `added` behind it; regular as long as nothing is skipped. */
function extend(
  layer: Axis,
  known: readonly number[],
  added: readonly number[],
  kind: MatchKind,
): Coordinates {
  const { coordinates } = layer;
  if (coordinates.kind !== 'regular' || known.length < 2) {
    return { kind: 'explicit', values: [...known, ...added] };
  }
  const { start, step } = coordinates;
  const steps = added.map((value) => (value - start) / step);
  const isOnGrid = steps.every((at) => Math.abs(at - Math.round(at)) <= (kind === 'instants' ? 0 : 1e-3));
  const count = Math.round(steps.at(-1)!) + 1;
  const isGapless = count === axisLength(layer) + added.length;
  // Columns and rows that are skipped exist all the same; instants and levels that are skipped do not.
  if (isOnGrid && (isGapless || kind === 'gridded' || kind === 'cyclic')) {
    return { kind: 'regular', start, step, count };
  }
  if (kind === 'gridded' || kind === 'cyclic') {
    throw new InvalidArgumentError('cells do not fit the grid of the layer: reindex it', {
      axis: layer.name,
      step,
      found: added[0],
    });
  }
  return { kind: 'explicit', values: [...known, ...added] };
}
