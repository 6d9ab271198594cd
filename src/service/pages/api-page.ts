import { InvalidArgumentError } from '../../errors/index.js';
import { html, type Markup } from '../../render/index.js';
import { documentedPath, pathParts } from '../open-api.js';
import type { ParameterSpec } from '../parameter-table.js';
import { type Route, type RouteTag, routeTags } from '../route.js';
import { field } from './field.js';

/** The field that says which operation a form is of. */
export const operationField = 'operation';

/**
 * The operations of the service by their tags, each that reads with a form. A page without scripts cannot put what is typed into a
 * path, so forms are sent to `action`, which sends the client on (`operationAddress`).
 */
export function apiPage(routes: readonly Route[], { action }: { readonly action: string }): Markup {
  const documented = routes.filter(({ isInternal }) => !isInternal);
  const tags = [...new Set(documented.map(({ tag }) => tag))];
  const intro = html`<p>The same for programs: <a href="/api">OpenAPI 3.0</a>, <a href="/api/3.1">OpenAPI 3.1</a>.
The page of a collection has forms for its queries.</p>`;
  const sections = tags.map((tag) => section(tag, documented, action));
  return html`${intro}${sections}`;
}

function section(tag: RouteTag, routes: readonly Route[], action: string): Markup {
  const operations = routes.filter((route) => route.tag === tag).map((route) => operation(route, action));
  return html`<h2>${tag}</h2><p class="note">${routeTags[tag]}</p>${operations}`;
}

function operation(route: Route, action: string): Markup {
  const { method, summary, parameters, body, produces } = route;
  return html`<details><summary><code>${method} ${documentedPath(route)}</code> ${summary}</summary>
<p>Answers ${produces.join(', ')}${body && html`; takes a body of ${body.mediaTypes.join(' or ')}`}</p>
${method === 'GET' ? tryForm(route, action) : parameterTable(parameters)}</details>`;
}

function tryForm(route: Route, action: string): Markup {
  const parts = pathParts(route).map((name) => ({
    name: inBraces(name),
    description: 'Part of the address',
  }));
  return html`<form action="${action}" method="get"><input type="hidden" name="${operationField}" value="${route.operationId}">
${parts.map(field)}${route.parameters.map(formField)}<button>Ask</button></form>`;
}

function parameterTable(parameters: readonly ParameterSpec[]): Markup | undefined {
  if (parameters.length === 0) return undefined;
  const rows = parameters.map(
    ({ name, description, isRequired }) =>
      html`<tr><td><code>${name}</code></td><td>${isRequired ? 'required' : 'optional'}</td><td>${description}</td></tr>`,
  );
  return html`<table><tr><th>Parameter</th><th></th><th>Meaning</th></tr>${rows}</table>`;
}

function formField({ name, description, schema, isRequired = false }: ParameterSpec): Markup {
  const values = ((schema.enum ?? []) as readonly string[]).map((value) => ({ value }));
  const notGiven = isRequired || values.length === 0 ? [] : [{ value: '', label: 'not given' }];
  return field({ name, description, choices: [...notGiven, ...values], isOptional: !isRequired });
}

/**
 * The address that a form of `apiPage` asks for, without the base; fields left empty are not given.
 *
 * Throws: InvalidArgumentError for an operation that is not there, and for a part of its address that is left empty.
 */
export function operationAddress(routes: readonly Route[], fields: URLSearchParams): string {
  const name = fields.get(operationField);
  const route = routes.find(
    ({ operationId, method, isInternal }) => operationId === name && method === 'GET' && !isInternal,
  );
  if (route === undefined) {
    throw new InvalidArgumentError('no such operation that reads', {
      parameter: operationField,
      found: name,
    });
  }
  const parts = pathParts(route).map(inBraces);
  const path = parts.reduce((text, part) => {
    const value = fields.get(part) ?? '';
    if (value === '') throw new InvalidArgumentError('a part of the address is empty', { parameter: part });
    return text.replace(part, () => encodeURIComponent(value));
  }, documentedPath(route));
  const given = [...fields].filter(
    ([field, value]) => field !== operationField && !parts.includes(field) && value !== '',
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** Tiles have a z in their address and another one, the level, behind it. */
function inBraces(part: string): string {
  return `{${part}}`;
}
