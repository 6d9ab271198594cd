import type { CollectionDocument } from '../../edr/index.js';
import type { ParameterSpec } from '../parameter-table.js';
import { linkTable } from './document-pages.js';
import { type Field, field } from './field.js';
import { html, type Markup } from './markup.js';

/** A query that a form can ask. */
export interface AskedQuery {
  readonly name: string;
  readonly parameters: readonly ParameterSpec[];
}

/** Values for parameters that nothing in a collection suggests. */
const samples: Readonly<Record<string, string>> = {
  within: '1000',
  'within-units': 'km',
  'corridor-width': '100',
  'width-units': 'km',
};

/** The box that forms begin with is so much of the whole, to each side of its middle. */
const SHARE = 1 / 20;
const DECIMALS = 6;

/** One collection: its extents, its parameters, and a form for each query of `queries` that it answers. */
export function collectionPage(document: CollectionDocument, queries: readonly AskedQuery[]): Markup {
  const { description, title, links, data_queries } = document;
  const forms = queries
    .filter(({ name }) => Object.hasOwn(data_queries, name))
    .map((query) => queryForm(document, query));
  return html`${description === title ? undefined : html`<p>${description}</p>`}
<h2>Extent</h2>${extentTable(document)}
<h2>Parameters</h2>${parameterTable(document)}
<h2>Queries</h2>${forms}
<h2>Links</h2>${linkTable(links)}`;
}

function extentTable({ extent, crs }: CollectionDocument): Markup {
  const { spatial, temporal, vertical, custom = [] } = extent;
  const rows: [string, string | undefined][] = [
    ['Longitudes and latitudes', spatial.bbox[0]?.join(', ')],
    ['Times', temporal.interval[0]?.join(' to ')],
    ['Levels', vertical?.values.join(', ')],
    ...custom.map(({ id, interval }): [string, string] => [id, interval[0]?.join(' to ') ?? '']),
    ['CRS', crs.join(', ')],
  ];
  const cells = rows.flatMap(([name, text]) =>
    text === undefined ? [] : [html`<tr><th>${name}</th><td>${text}</td></tr>`],
  );
  return html`<table>${cells}</table>`;
}

function parameterTable({ parameter_names }: CollectionDocument): Markup {
  const rows = Object.values(parameter_names).map(({ id, label, unit }) => {
    const { label: unitLabel } = (unit ?? {}) as { readonly label?: unknown };
    return html`<tr><td><code>${String(id)}</code></td><td>${String(label)}</td><td>${String(unitLabel ?? '')}</td></tr>`;
  });
  return html`<table><tr><th>Id</th><th>Name</th><th>Unit</th></tr>${rows}</table>`;
}

/** All its fields have values: a browser sends those left empty too, and an empty parameter is refused. */
function queryForm(document: CollectionDocument, { name, parameters }: AskedQuery): Markup {
  const { href, variables } = document.data_queries[name]!.link;
  const fields = parameters.flatMap((spec) => formField(document, { query: name, spec }) ?? []);
  const own = (document.extent.custom ?? []).map(({ id, query_parameter: parameter, interval }) => ({
    name: parameter ?? id,
    description: 'A value, a list a,b or an interval a/b',
    value: String(interval[0]?.[0] ?? ''),
  }));
  return html`<details><summary>${name}: ${String(variables.description)}</summary>
<form action="${href}" method="get">${[...fields, ...own].map(field)}<button>Ask</button></form></details>`;
}

function formField(
  document: CollectionDocument,
  { query, spec }: { readonly query: string; readonly spec: ParameterSpec },
): Field | undefined {
  const { name, description, isRequired } = spec;
  const { temporal, vertical, spatial } = document.extent;
  const choices: Readonly<Record<string, readonly string[]>> = {
    // A browser shows it; most other types it saves as files.
    f: ['application/json', ...document.output_formats],
    crs: document.crs.toReversed(),
    'parameter-name': Object.keys(document.parameter_names),
  };
  if (choices[name] !== undefined) return { name, description, choices: choices[name] };
  const values: Readonly<Record<string, string | undefined>> = {
    ...samples,
    coords: sampleCoords(query, spatial.bbox[0]),
    bbox: sampleBox(spatial.bbox[0]).join(','),
    datetime: temporal.interval[0]?.[1],
    z: vertical?.values[0],
  };
  if (!isRequired && values[name] === undefined) return undefined;
  return { name, description, value: values[name] ?? '' };
}

function sampleCoords(query: string, bbox: readonly number[] | undefined): string {
  const [west, south, east, north] = sampleBox(bbox);
  if (query === 'area')
    return `POLYGON((${west} ${south},${east} ${south},${east} ${north},${west} ${north},${west} ${south}))`;
  if (query === 'trajectory' || query === 'corridor') return `LINESTRING(${west} ${south},${east} ${north})`;
  return `POINT(${(west + east) / 2} ${(south + north) / 2})`;
}

/** A box around the middle of another that may cross the antimeridian. */
function sampleBox(
  [west, south, east, north]: readonly number[] = [-180, -90, 180, 90],
): [number, number, number, number] {
  const width = east! < west! ? east! + 360 - west! : east! - west!;
  const height = north! - south!;
  const at = (start: number, length: number, share: number) =>
    Number((start + length * share).toFixed(DECIMALS));
  return [
    at(west!, width, 0.5 - SHARE),
    at(south!, height, 0.5 - SHARE),
    at(west!, width, 0.5 + SHARE),
    at(south!, height, 0.5 + SHARE),
  ];
}
