export type { Axis, Coordinates, TimeAxis, VerticalAxis } from './axis.js';
export type { CalendarName } from './calendar.js';
export type { Crs } from './crs.js';
export type { AxisSelection, Grid, IndexSpan } from './grid.js';
export type { TileKey, TileShape } from './tile-key.js';
