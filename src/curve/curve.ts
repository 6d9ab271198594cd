declare const curveIndex: unique symbol;

/** Position on one curve: a safe integer, 0 <= index < curve.size. Only a curve makes one. */
export type CurveIndex = number & { readonly [curveIndex]: true };

/** Indexes from `start` up to, not including, `end`; never empty. `end` may be the curve's size. */
export interface IndexRange {
  readonly start: CurveIndex;
  readonly end: number;
}

/** A closed box of curve coordinates: both corners belong to it. One number per dimension. */
export interface CurveBox {
  readonly min: readonly number[];
  readonly max: readonly number[];
}

export type CurveName = 'hilbert' | 'zorder' | 'rowmajor';

/** What fixes a curve for good; kept in the manifest. hilbert wants equal bits in every dimension. */
export interface CurveSpec {
  readonly name: CurveName;
  /** Bits of each dimension: coordinates are 0 <= c < 2 ** bits. Their sum is at most 52. */
  readonly bits: readonly number[];
}

/** How far `cover` refines. */
export interface CoverOptions {
  /**
   * At most this many ranges come back: 64 by default, 4096 with segments, where they are many only if each keeps
   * segments closed. What ranges hold beyond the box the key filter drops.
   */
  readonly maxRanges?: number;
  /**
   * First and last index of each segment of a run, ascending and disjoint. Cells in a gap between segments
   * give no range, and a node is refined no further when the box is known to meet all its segments.
   */
  readonly segments?: SegmentBounds;
}

export interface SegmentBounds {
  readonly first: ArrayLike<number>;
  readonly last: ArrayLike<number>;
}

/** A bijection between points of a 2 ** bits grid and indexes 0 .. size - 1. */
export interface Curve {
  readonly spec: CurveSpec;
  readonly dimensions: number;
  readonly size: number;
  /** Throws InvalidArgumentError for a point outside the grid or not made of integers. */
  encode(point: readonly number[]): CurveIndex;
  /** Throws InvalidArgumentError for an index outside the curve. */
  decode(index: number): number[];
  /** Index ranges covering every cell of `box`: sorted, disjoint, merged (neighbours never touch). */
  cover(box: CurveBox, options?: CoverOptions): IndexRange[];
}
