import { html, type Markup } from '../../render/index.js';
import { documentedPath, pathParts } from '../open-api.js';
import type { ParameterSpec } from '../parameter-table.js';
import { type Route, type RouteTag, routeTags } from '../route.js';
import { field } from './field.js';

/**
 * The operations of the service by their tags. One whose address has no parts has a form: a page without scripts
 * cannot put what is typed into a path.
 */
export function apiPage(routes: readonly Route[]): Markup {
  const documented = routes.filter(({ isInternal }) => !isInternal);
  const tags = [...new Set(documented.map(({ tag }) => tag))];
  const intro = html`<p>The same for programs: <a href="/api">OpenAPI 3.0</a>, <a href="/api/3.1">OpenAPI 3.1</a>.
The page of a collection has forms for its queries.</p>`;
  const sections = tags.map((tag) => section(tag, documented));
  return html`${intro}${sections}`;
}

function section(tag: RouteTag, routes: readonly Route[]): Markup {
  return html`<h2>${tag}</h2><p class="note">${routeTags[tag]}</p>${routes.filter((route) => route.tag === tag).map(operation)}`;
}

function operation(route: Route): Markup {
  const { method, summary, parameters, body, produces } = route;
  const isForm = method === 'GET' && pathParts(route).length === 0;
  return html`<details><summary><code>${method} ${documentedPath(route)}</code> ${summary}</summary>
<p>Answers ${produces.join(', ')}${body && html`; takes a body of ${body.mediaTypes.join(' or ')}`}</p>
${isForm ? tryForm(route) : parameterTable(parameters)}</details>`;
}

function tryForm({ path, parameters }: Route): Markup {
  return html`<form action="${path}" method="get">${parameters.map(formField)}<button>Ask</button></form>`;
}

function parameterTable(parameters: readonly ParameterSpec[]): Markup | undefined {
  if (parameters.length === 0) return undefined;
  const rows = parameters.map(
    ({ name, description, isRequired }) =>
      html`<tr><td><code>${name}</code></td><td>${isRequired ? 'required' : 'optional'}</td><td>${description}</td></tr>`,
  );
  return html`<table><tr><th>Parameter</th><th></th><th>Meaning</th></tr>${rows}</table>`;
}

function formField({ name, description, schema }: ParameterSpec): Markup {
  return field({
    name,
    description,
    choices: ((schema.enum ?? []) as readonly string[]).map((value) => ({ value })),
  });
}
