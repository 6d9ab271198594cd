import { type CalendarName, parseInstant } from '../../grid/index.js';
import type { CoverageParameter, Domain } from '../coverage.js';
import { floatTypeOf } from '../value-bytes.js';
import type { Attributes } from './classic-layout.js';

const pressureUnits = /^(pa|hpa|kpa|mbar|millibars?|mb|bar|pascals?|hectopascals?)$/i;
const timeUnits = [
  { name: 'hours', ms: 3_600_000 },
  { name: 'seconds', ms: 1000 },
  { name: 'milliseconds', ms: 1 },
] as const;

const methodWords: Readonly<Record<string, string | undefined>> = {
  mean: 'mean',
  min: 'minimum',
  max: 'maximum',
  sum: 'sum',
  std: 'standard_deviation',
};

/** Times as numbers of the coarsest unit that has no fractions, counted in their own calendar. */
export function timeNumbers(
  texts: readonly string[],
  calendar: CalendarName = 'standard',
): { readonly values: readonly number[]; readonly attributes: Attributes } {
  const { numbers, attributes } = timeUnitOf([texts], calendar);
  return { values: numbers(texts), attributes };
}

/** The same unit for times that come in blocks, and what makes numbers of them. */
export function timeUnitOf(
  blocks: Iterable<readonly string[]>,
  calendar: CalendarName = 'standard',
): { readonly numbers: (texts: readonly string[]) => number[]; readonly attributes: Attributes } {
  let unit = 0;
  for (const texts of blocks) {
    for (const instant of instantsOf(texts, calendar)) {
      while (instant % timeUnits[unit]!.ms !== 0) unit++;
    }
  }
  const { name, ms } = timeUnits[unit]!;
  return {
    numbers: (texts) => instantsOf(texts, calendar).map((instant) => instant / ms),
    attributes: {
      standard_name: 'time',
      long_name: 'time',
      units: `${name} since 1970-01-01 00:00:00`,
      calendar,
      axis: 'T',
    },
  };
}

/** Neighbours mostly have the same time, which is read once. */
function instantsOf(texts: readonly string[], calendar: CalendarName): number[] {
  let [last, instant] = ['', 0];
  return texts.map((text) => {
    if (text !== last) [last, instant] = [text, parseInstant(text, calendar).from];
    return instant;
  });
}

/** Attributes of levels. */
export function verticalAttributes({ vertical: { unit, title, positive } = {} }: Domain): Attributes {
  return {
    ...(unit !== undefined && pressureUnits.test(unit) && { standard_name: 'air_pressure' }),
    long_name: title ?? 'vertical',
    ...(unit !== undefined && { units: unit }),
    ...(positive !== undefined && { positive }),
    axis: 'Z',
  };
}

/** Attributes of x or y; `unit` is that of projected coordinates, where it is known. */
export function placeAttributes(axis: 'x' | 'y', { crs }: Domain, unit: string | undefined): Attributes {
  if (crs.kind === 'projected') {
    return {
      standard_name: `projection_${axis}_coordinate`,
      long_name: `${axis} of the projection`,
      ...(unit !== undefined && { units: unit }),
      axis: axis.toUpperCase(),
    };
  }
  const name = axis === 'x' ? 'longitude' : 'latitude';
  const units = axis === 'x' ? 'degrees_east' : 'degrees_north';
  return { standard_name: name, long_name: name, units, axis: axis.toUpperCase() };
}

/** What a parameter's variable says besides where its values are. */
export function parameterAttributes(parameter: CoverageParameter): Attributes {
  const { title, description, unit, standardName } = parameter;
  return {
    long_name: title,
    ...(standardName !== undefined && { standard_name: standardName }),
    ...(unit !== undefined && { units: unit }),
    ...(description !== undefined && { comment: description }),
    _FillValue: { type: floatTypeOf(parameter), values: [Number.NaN] },
  };
}

/** How values over axes became one, in CF's words; it has none for a count. */
export function cellMethods({ cellMethod }: CoverageParameter, domain: Domain): Attributes {
  const word = cellMethod && methodWords[cellMethod.method];
  if (cellMethod === undefined || word === undefined) return {};
  const isArea = domain.polygons !== undefined;
  const axes = cellMethod.axes.flatMap((axis) => {
    if (isArea && axis === 'y') return [];
    if (isArea && axis === 'x') return 'area';
    if (axis === 't') return 'time';
    if (axis === 'z') return 'vertical';
    if (axis === 'x' || axis === 'y') return coordinateName(axis, domain);
    return axis.replaceAll(/[\s:]+/g, '_');
  });
  return { cell_methods: `${axes.join(': ')}: ${word}` };
}

/** What x or y is called. */
export function coordinateName(axis: 'x' | 'y', { crs }: Domain): string {
  if (crs.kind === 'projected') return axis;
  return axis === 'x' ? 'lon' : 'lat';
}
