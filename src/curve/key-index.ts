import { InvalidArgumentError } from '../errors/index.js';
import {
  axisLength,
  coordinateAt,
  durationBin,
  type Grid,
  parseDuration,
  type TileKey,
  type TileShape,
} from '../grid/index.js';
import { createCurve } from './create-curve.js';
import type { Curve, CurveBox, CurveIndex } from './curve.js';
import type { KeyIndexSpec } from './key-index-spec.js';

/** The part of a tile key that is on the curve. */
export type CurveKey = Pick<TileKey, 'col' | 'row' | 't'>;

/** First and last tile along each axis, both included. */
export interface TileBounds {
  readonly col: readonly [number, number];
  readonly row: readonly [number, number];
  readonly t: readonly [number, number];
}

/** Where the tiles of one layer are on its curve. */
export interface KeyIndex {
  readonly curve: Curve;
  /** Throws InvalidArgumentError for a key beyond the curve: such a layer must be reindexed to grow. */
  indexOf(key: CurveKey): CurveIndex;
  /** The curve point of a key: [col, row] or [col, row, bin]. Throws as `indexOf` does. */
  pointOf(key: CurveKey): number[];
  /** The box of every point that a key within the bounds has. With shared bins it may hold other keys too. */
  boxOf(bounds: TileBounds): CurveBox;
}

/** The key index a manifest describes, over the layer's grid. */
export function createKeyIndex(
  spec: KeyIndexSpec,
  layout: { readonly grid: Grid; readonly tileShape: TileShape },
): KeyIndex {
  const curve = createCurve(spec.curve);
  const expected = spec.time === undefined ? 2 : 3;
  if (curve.dimensions !== expected) {
    throw new InvalidArgumentError('key index and curve disagree on the number of dimensions', {
      found: curve.dimensions,
      expected,
    });
  }
  const binOf = createBinOf(spec, layout);
  const pointOf = (key: CurveKey) => {
    const point = binOf === undefined ? [key.col, key.row] : [key.col, key.row, binOf(key.t)];
    checkOnCurve(point, key, curve);
    return point;
  };
  return {
    curve,
    indexOf: (key) => curve.encode(pointOf(key)),
    pointOf,
    boxOf({ col, row, t }) {
      const a = pointOf({ col: col[0], row: row[0], t: t[0] });
      const b = pointOf({ col: col[1], row: row[1], t: t[1] });
      // On a descending time axis bins run against tiles.
      if (binOf !== undefined && a[2]! > b[2]!) [a[2], b[2]] = [b[2]!, a[2]!];
      return { min: a, max: b };
    },
  };
}

/** The time bin of a time tile; undefined when time is not on the curve. */
function createBinOf(
  { time }: KeyIndexSpec,
  { grid, tileShape }: { readonly grid: Grid; readonly tileShape: TileShape },
): ((t: number) => number) | undefined {
  if (time === undefined) return undefined;
  if (time.kind === 'tile') return (t) => t;
  const axis = grid.t;
  if (axis === undefined) {
    throw new InvalidArgumentError('time bins want a grid with a time axis', { duration: time.duration });
  }
  const duration = parseDuration(time.duration);
  return (t) => {
    const instant = coordinateAt(axis, t * tileShape.t);
    if (Number.isNaN(instant)) {
      throw new InvalidArgumentError('key lies outside the time axis', { t, axisLength: axisLength(axis) });
    }
    return durationBin(instant, time.originMs, duration, axis.calendar);
  };
}

function checkOnCurve(point: readonly number[], key: CurveKey, { spec }: Curve): void {
  const { bits } = spec;
  // Every look-up comes by, so nothing is made before something is wrong.
  for (let d = 0; d < point.length; d++) {
    const c = point[d]!;
    if (!(Number.isInteger(c) && c >= 0 && c < 2 ** bits[d]!)) throw offCurve(point, key, bits);
  }
}

function offCurve(
  point: readonly number[],
  { col, row, t }: CurveKey,
  bits: readonly number[],
): InvalidArgumentError {
  const key = { col, row, t };
  if (!point.every(Number.isInteger)) {
    return new InvalidArgumentError('key is not made of whole numbers', { key });
  }
  const message = 'key lies beyond the curve: reindex the layer to let it grow';
  return new InvalidArgumentError(message, { key, point, bits });
}
