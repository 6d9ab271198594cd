import { InvalidArgumentError } from '../errors/index.js';
import {
  type Axis,
  type AxisSelection,
  axisLength,
  byName,
  coordinateAt,
  findLabel,
  formatInstant,
  type Grid,
  parseDecimal,
  parseInstant,
  selectInterval,
  selectNearest,
  type TimeAxis,
} from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import type { TileRequest } from './tile-request.js';

const SHOWN_CHARACTERS = 60;

/**
 * The one x-y slice of a parameter that a request means: nearest within half a step on every axis.
 *
 * Throws: InvalidArgumentError for a text that cannot be read, a value off its axis (naming the axis' interval),
 * or an axis that the parameter lacks. A parameter without time takes any `datetime`.
 */
export function selectSlice(
  grid: Grid,
  parameter: Parameter,
  { datetime, z, custom }: Pick<TileRequest, 'datetime' | 'z' | 'custom'>,
): Pick<LayerQuery, 't' | 'z' | 'custom'> {
  const axes = grid.custom.filter((axis) => parameter.axes.includes(axis.name));
  const asked = byName(Object.entries(custom ?? {}));
  for (const name of Object.keys(asked)) {
    if (!axes.some((axis) => axis.name === name)) throw lacksAxis(parameter, name);
  }
  const hasLevels = grid.z !== undefined && parameter.axes.includes('z');
  if (z !== undefined && !hasLevels) throw lacksAxis(parameter, 'z');
  const t = selectTime(grid, parameter, datetime);
  return {
    ...(t && { t }),
    ...(hasLevels && { z: selectValue(grid.z, z, selectNearest) }),
    custom: byName(axes.map((axis) => [axis.name, selectValue(axis, asked[axis.name], selectEqual)])),
  };
}

function selectTime(
  grid: Grid,
  parameter: Parameter,
  datetime: string | undefined,
): AxisSelection | undefined {
  if (grid.t === undefined || !parameter.axes.includes('t')) {
    // Any time will do, but not any text.
    if (datetime !== undefined) parseInstant(datetime, grid.referenceTime?.calendar ?? 'standard');
    return undefined;
  }
  return datetime === undefined ? newest(grid.t) : selectInstant(grid.t, datetime);
}

function newest(axis: TimeAxis): AxisSelection {
  const last = axisLength(axis) - 1;
  const index = coordinateAt(axis, last) >= coordinateAt(axis, 0) ? last : 0;
  return [{ start: index, end: index + 1 }];
}

function selectInstant(axis: TimeAxis, datetime: string): AxisSelection {
  const { from, to } = parseInstant(datetime, axis.calendar);
  const [inside] = (from < to && selectInterval(axis, from, to)) || [];
  if (inside !== undefined) {
    const isAscending = coordinateAt(axis, inside.start) <= coordinateAt(axis, inside.end - 1);
    const index = isAscending ? inside.start : inside.end - 1;
    return [{ start: index, end: index + 1 }];
  }
  const nearest = selectNearest(axis, from);
  if (nearest !== undefined) return nearest;
  throw offAxis(axis, datetime, (instant) => formatInstant(instant, axis.calendar));
}

/** A member or month is asked for by its very value. */
function selectEqual(axis: Axis, value: number): AxisSelection | undefined {
  return selectInterval(axis, value, value);
}

function selectValue(axis: Axis, text: string | undefined, select: typeof selectNearest): AxisSelection {
  if (text === undefined) return [{ start: 0, end: 1 }];
  if (axis.coordinates.kind === 'labels') {
    const index = findLabel(axis, text);
    if (index !== undefined) return [{ start: index, end: index + 1 }];
    throw new InvalidArgumentError('no such value on the axis', {
      axis: axis.name,
      found: text.slice(0, SHOWN_CHARACTERS),
      known: axis.coordinates.values,
    });
  }
  const value = parseDecimal(text);
  if (value === undefined) {
    throw new InvalidArgumentError('the value of an axis must be a number', {
      axis: axis.name,
      found: text.slice(0, SHOWN_CHARACTERS),
    });
  }
  const selected = select(axis, value);
  if (selected !== undefined) return selected;
  throw offAxis(axis, text, String);
}

function offAxis(axis: Axis, found: string, format: (value: number) => string): InvalidArgumentError {
  const ends = [coordinateAt(axis, 0), coordinateAt(axis, axisLength(axis) - 1)];
  return new InvalidArgumentError('nothing on the axis within half a step', {
    axis: axis.name,
    found: found.slice(0, SHOWN_CHARACTERS),
    from: format(Math.min(...ends)),
    to: format(Math.max(...ends)),
  });
}

function lacksAxis(parameter: Parameter, axis: string): InvalidArgumentError {
  return new InvalidArgumentError('the parameter has no such axis', {
    parameter: parameter.id,
    axis,
    known: parameter.axes,
  });
}
