import type { CurveSpec } from './curve.js';

/**
 * How tile keys become curve points. Without `time` the point is [col, row]; with it [col, row, bin].
 * `tile`: every time tile is its own bin. `duration`: bins of that length (ISO 8601) counted from `originMs`,
 * so that several time tiles may share one index.
 */
export interface KeyIndexSpec {
  readonly curve: CurveSpec;
  readonly time?:
    | { readonly kind: 'tile' }
    | { readonly kind: 'duration'; readonly duration: string; readonly originMs: number };
}
