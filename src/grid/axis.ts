import type { CalendarName } from './calendar.js';

/**
 * Where the cells of one axis are: cell centres in storage order, strictly monotonic.
 * `labels` is for custom axes whose values are names, not numbers.
 */
export type Coordinates =
  | { readonly kind: 'regular'; readonly start: number; readonly step: number; readonly count: number }
  | { readonly kind: 'explicit'; readonly values: readonly number[] }
  | { readonly kind: 'labels'; readonly values: readonly string[] };

/** One axis of a grid. `name` is the source's own (lat, COADSY, number); `unit` as the source spells it. */
export interface Axis {
  readonly name: string;
  readonly coordinates: Coordinates;
  readonly unit?: string;
  readonly title?: string;
}

/** Levels: pressure, height, depth. `positive` is the direction of growing values. */
export interface VerticalAxis extends Axis {
  readonly positive?: 'up' | 'down';
}

/** Instants: coordinates are milliseconds since 1970-01-01T00:00 counted in `calendar`. */
export interface TimeAxis extends Axis {
  readonly calendar: CalendarName;
}
