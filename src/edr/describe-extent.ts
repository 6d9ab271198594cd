import type { Manifest } from '../catalog/index.js';
import { UnsupportedError } from '../errors/index.js';
import { ucumCode } from '../formats/index.js';
import {
  type Axis,
  axisNumbers,
  type CalendarName,
  formatDuration,
  formatInstant,
  type Grid,
  gridBbox,
  type TimeAxis,
  type VerticalAxis,
} from '../grid/index.js';

const CRS84_URI = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';
const DECIMALS = 9;
const wholeWorld = [-180, -90, 180, 90];
/** Below this many values a list says more than a rule. */
const SHORT_LIST = 3;

/** One extent along one axis. */
interface AxisExtent {
  readonly interval: readonly (readonly (string | undefined)[])[];
  readonly values: readonly (string | undefined)[];
}

/** What a collection covers, as EDR spells it. */
export interface ExtentDocument {
  readonly spatial: { readonly bbox: readonly (readonly number[])[]; readonly crs: string };
  readonly temporal: AxisExtent & { readonly trs: string };
  readonly vertical?: AxisExtent & { readonly vrs: string };
  readonly custom?: readonly (AxisExtent & {
    readonly id: string;
    readonly reference: string;
    readonly query_parameter?: string;
  })[];
}

/**
 * Spatial, temporal, vertical and custom extents of a layer, as EDR spells them. A custom axis that queries
 * address by another name than its own has that name as `query_parameter`.
 */
export function describeExtent(
  manifest: Manifest,
  dimensionParameter: (axis: string) => string,
): ExtentDocument {
  const { grid } = manifest;
  return {
    spatial: { bbox: [extentBbox(grid)], crs: CRS84_URI },
    temporal: grid.t ? timeExtent(grid.t) : momentExtent(manifest),
    ...(grid.z && { vertical: verticalExtent(grid.z) }),
    ...(grid.custom.length > 0 && {
      custom: grid.custom.map((axis) => customExtent(axis, dimensionParameter(axis.name))),
    }),
  };
}

/** West, south, east and north in degrees; west > east across the antimeridian. */
export function extentBbox(grid: Grid): readonly number[] {
  try {
    return gridBbox(grid).map((value) => Number(value.toFixed(DECIMALS)));
  } catch (error) {
    // Where longitudes cannot be computed, the world is the only box sure to hold the layer.
    if (error instanceof UnsupportedError) return wholeWorld;
    throw error;
  }
}

function timeExtent(axis: TimeAxis): ExtentDocument['temporal'] {
  const { calendar } = axis;
  const instants = axisNumbers(axis).toSorted((a, b) => a - b);
  const format = (instant: number) => formatInstant(instant, calendar);
  const step = regularStep(instants);
  const rule = () =>
    `R${instants.length - 1}/${format(instants[0]!)}/${formatDuration({ months: 0, ms: step! })}`;
  return {
    interval: [[format(instants[0]!), format(instants.at(-1)!)]],
    values: step === undefined ? instants.map(format) : [rule()],
    trs: temporalSystem(calendar),
  };
}

/** The moment at which a layer without time is valid: that of its source, else of its first commit. */
export function momentOf({ grid: { referenceTime }, createdAt }: Manifest): string {
  return referenceTime ? formatInstant(referenceTime.instant, referenceTime.calendar) : createdAt;
}

function momentExtent(manifest: Manifest): ExtentDocument['temporal'] {
  const moment = momentOf(manifest);
  return {
    interval: [[moment, moment]],
    values: [moment],
    trs: temporalSystem(manifest.grid.referenceTime?.calendar ?? 'standard'),
  };
}

function temporalSystem(calendar: CalendarName): string {
  const isCivil = calendar === 'standard' || calendar === 'proleptic_gregorian';
  const name = isCivil ? 'Gregorian Calendar' : `CF ${calendar} calendar`;
  return `TIMECRS["DateTime",TDATUM["${name}"],CS[TemporalDateTime,1],AXIS["Time (T)",future]]`;
}

function verticalExtent(axis: VerticalAxis): NonNullable<ExtentDocument['vertical']> {
  const levels = axisNumbers(axis);
  return {
    interval: [[String(Math.min(...levels)), String(Math.max(...levels))]],
    values: levels.map(String),
    vrs: verticalSystem(axis),
  };
}

/** Without a unit where it is no length: WKT has no name for the factor of others here. */
function verticalSystem({ title, name, unit, positive }: VerticalAxis): string {
  const label = (title ?? name).replaceAll('"', "'");
  const code = unit === undefined ? undefined : ucumCode(unit);
  const measure = code === 'm' ? ',LENGTHUNIT["metre",1.0]' : '';
  return `VERTCRS["${label}",VDATUM["${label}"],CS[vertical,1],AXIS["${label}",${positive ?? 'up'}]${measure}]`;
}

function customExtent(
  { name, title, coordinates, ...axis }: Axis,
  parameter: string,
): NonNullable<ExtentDocument['custom']>[number] {
  const reference = { reference: title ?? name, ...(parameter !== name && { query_parameter: parameter }) };
  if (coordinates.kind === 'labels') {
    const { values } = coordinates;
    return { id: name, interval: [[values[0], values.at(-1)]], values, ...reference };
  }
  const values = axisNumbers({ name, coordinates, ...axis });
  const step = regularStep(values);
  return {
    id: name,
    interval: [[String(Math.min(...values)), String(Math.max(...values))]],
    values: step === undefined ? values.map(String) : [`R${values.length - 1}/${values[0]}/${step}`],
    ...reference,
  };
}

/** The step of evenly spaced values; undefined when there is none or too few to need it. */
function regularStep(values: readonly number[]): number | undefined {
  if (values.length <= SHORT_LIST) return undefined;
  const step = values[1]! - values[0]!;
  const isEven = values.every((value, i) => i === 0 || value - values[i - 1]! === step);
  return isEven ? step : undefined;
}
