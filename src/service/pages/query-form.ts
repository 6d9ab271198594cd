import type { CollectionDocument } from '../../edr/index.js';
import { html, type Markup } from '../../render/index.js';
import type { QueryText } from '../http/query-text.js';
import type { ParameterSpec } from '../parameter-table.js';
import { type Choice, type Field, field } from './field.js';
import { sampleBox, sampleCoords } from './sample-places.js';

/** A query that a form can ask. */
export interface AskedQuery {
  readonly name: string;
  readonly parameters: readonly ParameterSpec[];
}

/** A form, and what it is filled with. */
export interface QueryForm {
  readonly document: CollectionDocument;
  readonly query: AskedQuery;
  /** Where it is asked. */
  readonly action: string;
  /** What was asked before; samples when absent. */
  readonly asked?: QueryText;
}

/** Values for parameters that nothing in a collection suggests. */
const samples: Readonly<Record<string, string>> = {
  within: '1000',
  'within-units': 'km',
  'corridor-width': '100',
  'width-units': 'km',
  'resolution-x': '0',
  'resolution-y': '0',
};

/**
 * The form of a query. All its fields have values: a browser sends those left empty too, and an empty parameter is
 * refused. So a form filled again says in words what was left out: all times, all levels.
 */
export function queryForm(form: QueryForm): Markup {
  const { document, query, action, asked } = form;
  const fields = query.parameters.flatMap((spec) => parameterField(form, spec) ?? []);
  const own = (document.extent.custom ?? []).map(({ id, query_parameter: parameter, interval, values }) => ({
    name: parameter ?? id,
    description: 'A value, a list a,b or an interval a/b',
    value: asked === undefined ? String(interval[0]?.[0] ?? '') : (asked.dimensions[id] ?? values.join(',')),
  }));
  return html`<form action="${action}" method="get">${[...fields, ...own].map(field)}<button>Show</button></form>`;
}

function parameterField(form: QueryForm, spec: ParameterSpec): Field | undefined {
  const { document, asked } = form;
  const { name, description, isRequired = false } = spec;
  const choices = choicesOf(document, spec);
  const written = asked?.get(name) ?? (asked && unsaid(name, choices));
  // Who asks again wants to see the answer, whatever the form of the last one.
  if (name === 'f') return { name, description, choices };
  if (choices.length > 0)
    return { name, description, choices, ...(written !== undefined && { value: written }) };
  const value = written ?? (asked === undefined ? sampleOf(form, name) : leftOut(form, name));
  return value === undefined && !isRequired ? undefined : { name, description, value: value ?? '' };
}

function choicesOf(
  document: CollectionDocument,
  { name, schema, isRequired }: ParameterSpec,
): readonly Choice[] {
  const { output_formats, crs, parameter_names } = document;
  const plain = (values: readonly string[]): Choice[] => values.map((value) => ({ value }));
  switch (name) {
    case 'f':
      return [{ value: 'html', label: 'this page' }, ...plain(output_formats)];
    case 'crs':
      return plain(crs.toReversed());
    case 'parameter-name':
      return parameterChoices(Object.keys(parameter_names));
    case 'method':
      return plain(schema.enum as readonly string[]);
    default:
      return isRequired && Array.isArray(schema.enum) ? plain(preferred(schema.enum, samples[name])) : [];
  }
}

/** All of them first, when there are several; ids have no commas. */
function parameterChoices(ids: readonly string[]): Choice[] {
  const each = ids.map((value) => ({ value }));
  return ids.length > 1 ? [...each, { value: ids.join(','), label: 'all' }] : each;
}

function preferred(values: readonly string[], first: string | undefined): readonly string[] {
  return first === undefined
    ? values
    : [...new Set([first, ...values])].filter((one) => values.includes(one));
}

function sampleOf({ document, query }: QueryForm, name: string): string | undefined {
  const { temporal, vertical, spatial } = document.extent;
  const values: Readonly<Record<string, string | undefined>> = {
    ...samples,
    coords: sampleCoords(query.name, spatial.bbox[0]),
    bbox: sampleBox(spatial.bbox[0]).join(','),
    // Places have a chart over time; all else is of one time.
    datetime: isOfPlaces(query) ? wholeOf(temporal.interval) : temporal.interval[0]?.[1],
    z: vertical?.values[0],
  };
  return values[name];
}

function isOfPlaces({ name }: AskedQuery): boolean {
  return name === 'position' || name === 'locations';
}

/** What a parameter that was not given stands for; nothing where the coordinates may say it. */
function leftOut({ document, query, asked }: QueryForm, name: string): string | undefined {
  const { temporal, vertical } = document.extent;
  const geometry = asked?.get('coords')?.trim().split('(')[0]?.toUpperCase() ?? '';
  const dimensions = geometry.split(/\s+/).slice(1).join('');
  if (name === 'datetime' && !dimensions.includes('M')) return wholeOf(temporal.interval);
  if (name === 'z' && !dimensions.includes('Z') && query.name !== 'cube' && vertical !== undefined)
    return wholeOf(vertical.interval);
  if (name === 'resolution-x' || name === 'resolution-y') return samples[name];
  return undefined;
}

/** The choice that stands for a parameter that was not given: the last of several parameters is all of them. */
function unsaid(name: string, choices: readonly Choice[]): string | undefined {
  return name === 'parameter-name' ? choices.at(-1)?.value : undefined;
}

/** All of an axis as a value of its parameter. */
function wholeOf([ends]: readonly (readonly (string | undefined)[])[]): string | undefined {
  return ends && [...new Set(ends)].join('/');
}
