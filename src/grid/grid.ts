import type { Axis, TimeAxis, VerticalAxis } from './axis.js';
import type { CalendarName } from './calendar.js';
import type { Crs } from './crs.js';

/**
 * The grid all parameters of a layer share. Every parameter has `x` and `y`; which of the other axes it has
 * is its own `axes` list. `custom` holds the axes with no spatial or temporal role (member, month number).
 */
export interface Grid {
  readonly crs: Crs;
  readonly x: Axis;
  readonly y: Axis;
  readonly z?: VerticalAxis;
  readonly t?: TimeAxis;
  readonly custom: readonly Axis[];
  /** A scalar time of the source (analysis or reference time), when `t` is absent. Milliseconds as on a time axis. */
  readonly referenceTime?: { readonly instant: number; readonly calendar: CalendarName };
}

/** Indexes of one axis from `start` up to, not including, `end`. `shift` is added to coordinates (longitudes unwrapped). */
export interface IndexSpan {
  readonly start: number;
  readonly end: number;
  readonly shift?: number;
}

/** Spans of one axis in the order their cells are wanted; never empty. */
export type AxisSelection = readonly IndexSpan[];
