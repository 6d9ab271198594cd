import { type CalendarName, formatInstant } from '../../grid/index.js';
import { AxisReader } from './cf-axes.js';
import type { CfStore } from './cf-dimensions.js';
import { axisRole, textOf } from './cf-role.js';
import type { Variable } from './dataset.js';

/** Coordinates that are one value for the whole store. */
export interface ScalarCoordinates {
  /** The time of the data, else the reference time of their forecast. */
  readonly time?: { readonly instant: number; readonly calendar: CalendarName };
  /** All of them by name, as plain JSON: heights as value and unit, times as text. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Reads scalar times and levels; other scalar variables (grid mappings, flags) are no coordinates. */
export async function readScalars(store: CfStore, signal?: AbortSignal): Promise<ScalarCoordinates> {
  const reader = new AxisReader(signal);
  const attributes: Record<string, unknown> = {};
  let time: (ScalarCoordinates['time'] & { readonly isOfData: boolean }) | undefined;
  for (const variable of store.dataset.variables.values()) {
    if (!isScalarCoordinate(variable)) continue;
    const { role } = axisRole(variable.name, variable.attributes);
    if (role === 't') {
      const { calendar, instants } = await reader.readInstants(variable);
      const instant = instants[0] ?? Number.NaN;
      if (!Number.isFinite(instant)) continue;
      attributes[variable.name] = formatInstant(instant, calendar);
      const isOfData = textOf(variable.attributes.standard_name) === 'time';
      if (time === undefined || (isOfData && !time.isOfData)) time = { instant, calendar, isOfData };
    } else if (role === 'z') {
      const { values } = await reader.readNumbers(variable);
      const units = textOf(variable.attributes.units);
      if (Number.isFinite(values[0]))
        attributes[variable.name] = { value: values[0], ...(units ? { units } : {}) };
    }
  }
  return { ...(time && { time: { instant: time.instant, calendar: time.calendar } }), attributes };
}

function isScalarCoordinate({ dims, attributes }: Variable): boolean {
  return dims?.length === 0 && attributes.units !== undefined && attributes.grid_mapping_name === undefined;
}
