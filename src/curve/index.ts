export { createCurve } from './create-curve.js';
export type {
  CoverOptions,
  Curve,
  CurveBox,
  CurveIndex,
  CurveName,
  CurveSpec,
  IndexRange,
  SegmentBounds,
} from './curve.js';
export { curveFor, parseCurveName } from './curve-bits.js';
export { type CurveKey, createKeyIndex, type KeyIndex, type TileBounds } from './key-index.js';
export type { KeyIndexSpec } from './key-index-spec.js';
export { type SegmentSpan, segmentHolding, segmentSpans } from './segment-bounds.js';
