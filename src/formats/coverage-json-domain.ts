import type { CalendarName, Crs } from '../grid/index.js';
import { crsUri } from '../grid/index.js';
import type { CoverageParameter, Domain, DomainAxis } from './coverage.js';
import { cleanCoordinate } from './domain-axes.js';
import { ucumCode } from './ucum.js';

const ucumType = 'http://www.opengis.net/def/uom/UCUM/';
const standardNames = 'http://vocab.nerc.ac.uk/standard_name/';
// The standard asks for a URI of every calendar but the Gregorian; CF has no page per calendar.
const calendars = 'https://cfconventions.org/cf-conventions/cf-conventions.html#calendar-';

/** The JSON object of a domain, without its referencing. */
export function domainObject(domain: Domain): Record<string, unknown> {
  const { composite, polygons } = domain;
  const axes = {
    ...(domain.x && { x: axisObject(domain.x) }),
    ...(domain.y && { y: axisObject(domain.y) }),
    ...(composite && {
      composite: {
        dataType: 'tuple',
        coordinates: composite.coordinates,
        values: composite.values.map((tuple) => tuple.map(tupleMember)),
      },
    }),
    ...(polygons && {
      composite: {
        dataType: 'polygon',
        coordinates: ['x', 'y'],
        values: polygons.map((rings) =>
          rings.map((ring) => ring.map((vertex) => vertex.map(cleanCoordinate))),
        ),
      },
    }),
    ...(domain.z && { z: axisObject(domain.z) }),
    ...(domain.t && { t: axisObject(domain.t) }),
  };
  return { type: 'Domain', domainType: domain.domainType, axes };
}

function axisObject(axis: DomainAxis): Record<string, unknown> {
  if (axis.kind === 'times') return { values: axis.values, ...(axis.bounds && { bounds: axis.bounds }) };
  if (axis.kind === 'numbers') {
    const { values, bounds } = axis;
    return {
      values: values.map(cleanCoordinate),
      ...(bounds && { bounds: bounds.map(cleanCoordinate) }),
    };
  }
  // Points and series allow single axes by value only.
  if (axis.count === 1) return { values: [cleanCoordinate(axis.start)] };
  return { start: cleanCoordinate(axis.start), stop: cleanCoordinate(axis.stop), num: axis.count };
}

function tupleMember(value: number | string): number | string {
  return typeof value === 'string' ? value : cleanCoordinate(value);
}

/** Which reference system each coordinate of the domain is counted in. */
export function referencingArray(domain: Domain): Record<string, unknown>[] {
  const has = (name: string): boolean => domain.composite?.coordinates.includes(name) ?? false;
  const connections = [{ coordinates: ['x', 'y'], system: crsObject(domain.crs) as Record<string, unknown> }];
  if (domain.z !== undefined || has('z')) {
    connections.push({ coordinates: ['z'], system: verticalObject(domain.vertical) });
  }
  if (domain.t !== undefined || has('t')) {
    connections.push({
      coordinates: ['t'],
      system: { type: 'TemporalRS', calendar: calendarText(domain.calendar) },
    });
  }
  return connections;
}

function crsObject(crs: Crs): Record<string, unknown> {
  const id = crs.id.startsWith('local:') ? {} : { id: crsUri(crs) };
  if (crs.kind === 'geographic') return { type: 'GeographicCRS', ...id };
  // QGIS refuses a system it does not know by id unless this member, not of the standard, is there.
  return { type: 'ProjectedCRS', ...id, ...(crs.wkt !== undefined && { wkt: crs.wkt }) };
}

function verticalObject({
  title,
  unit,
  positive,
}: NonNullable<Domain['vertical']> = {}): Record<string, unknown> {
  const axis = {
    name: { en: title ?? 'Vertical' },
    ...(positive !== undefined && { direction: positive }),
    ...(unit !== undefined && { unit: { symbol: ucumCode(unit) ?? unit } }),
  };
  return { type: 'VerticalCRS', cs: { csAxes: [axis] } };
}

function calendarText(calendar: CalendarName = 'standard'): string {
  return calendar === 'standard' || calendar === 'proleptic_gregorian' ? 'Gregorian' : calendars + calendar;
}

/** The JSON object of one parameter, as CoverageJSON and EDR metadata spell it. */
export function parameterObject(parameter: CoverageParameter): Record<string, unknown> {
  const { id, title, description, standardName, unit, cellMethod } = parameter;
  return {
    type: 'Parameter',
    id,
    label: { en: title },
    ...(description !== undefined && { description: { en: description } }),
    observedProperty: {
      ...(standardName !== undefined && { id: `${standardNames}${encodeURIComponent(standardName)}/` }),
      label: { en: title },
    },
    ...(unit !== undefined && { unit: unitObject(unit) }),
    // Of EDR's parameters; CoverageJSON has no word for it.
    ...(cellMethod !== undefined && {
      measurementType: { method: cellMethod.method, axes: cellMethod.axes },
    }),
  };
}

/** Label as the source spells it; symbol in UCUM where known, else the same text. */
export function unitObject(unit: string): Record<string, unknown> {
  const code = ucumCode(unit);
  return { label: { en: unit }, symbol: code === undefined ? unit : { value: code, type: ucumType } };
}
