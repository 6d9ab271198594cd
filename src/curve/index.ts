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
export { curveFor } from './curve-bits.js';
export type { KeyIndexSpec } from './key-index-spec.js';
