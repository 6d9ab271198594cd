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
export type { KeyIndexSpec } from './key-index-spec.js';
