import { type Axis, axisLength, byName, coordinateAt, formatInstant, type Grid } from '../grid/index.js';
import type { EdrRequest } from './edr-request.js';

/** What is shown of a layer when a request does not say: the newest instant, the first level, the first of each custom axis. */
export function newestSlice(grid: Grid): Pick<EdrRequest, 'datetime' | 'z' | 'custom'> {
  return {
    ...(grid.t && { datetime: formatInstant(newestInstant(grid.t), grid.t.calendar) }),
    ...(grid.z && { z: String(coordinateAt(grid.z, 0)) }),
    custom: byName(grid.custom.map((axis) => [axis.name, firstValue(axis)] as const)),
  };
}

function newestInstant(axis: Axis): number {
  return Math.max(coordinateAt(axis, 0), coordinateAt(axis, axisLength(axis) - 1));
}

function firstValue(axis: Axis): string {
  const { coordinates } = axis;
  return coordinates.kind === 'labels' ? coordinates.values[0]! : String(coordinateAt(axis, 0));
}
