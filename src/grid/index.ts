export {
  type Axis,
  axisLength,
  axisNumbers,
  type Coordinates,
  coordinateAt,
  findLabel,
  type TimeAxis,
  type VerticalAxis,
} from './axis.js';
export { axisFromNumbers, type NumberStorage } from './axis-from-numbers.js';
export { type AxisProjection, projectAxes } from './axis-projection.js';
export { byName } from './by-name.js';
export { type CalendarName, parseCalendarName } from './calendar.js';
export {
  type CellEdges,
  type CellFinder,
  cellEdges,
  findCell,
  findRow,
  nearestFinder,
  rowEdges,
  rowFinder,
} from './cell.js';
export { type CellBounds, columnBounds, rowAreas, rowBounds } from './cell-bounds.js';
export type { Crs } from './crs.js';
export { CRS84, crsFromId, crsIdsMeeting, crsUri } from './crs-registry.js';
export { parseDecimal } from './decimal.js';
export { type Duration, durationBin, formatDuration, parseDuration } from './duration.js';
export { EARTH_RADIUS_METRES } from './earth.js';
export { type Bbox, gridBbox } from './extent.js';
export type { AxisSelection, Grid, IndexSpan } from './grid.js';
export {
  formatInstant,
  type InstantFields,
  type InstantRange,
  instantFields,
  parseInstant,
} from './instant.js';
export { levelGrid } from './level.js';
export { columnFinder, findColumn, isGlobal, selectLongitudes } from './longitude.js';
export { encodeName, parseLayerName } from './name.js';
export { crsFromProj, type ProjectPoint, projectPoints } from './projection.js';
export {
  selectedNumbers,
  selectInterval,
  selectNearest,
  selectValues,
  sliceSelection,
  spanIndexes,
  spanLength,
  wholeAxis,
} from './selection.js';
export {
  type KeyBounds,
  type KeyCorner,
  keyBounds,
  partitionName,
  spanTiles,
  type TileKey,
  type TileShape,
  tileCount,
} from './tile-key.js';
export { parseTimeUnits } from './time-units.js';
