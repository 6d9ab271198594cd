import type { CollectionDocument, Link } from '../../edr/index.js';
import { html, type Markup } from '../../render/index.js';

/** The landing page. */
export function landingPage({
  description,
  links,
}: {
  readonly description: string;
  readonly links: readonly Link[];
}): Markup {
  return html`<p>${description}</p>${linkTable(links)}`;
}

/** The conformance classes of the service. */
export function conformancePage({ conformsTo }: { readonly conformsTo: readonly string[] }): Markup {
  return html`<ul>${conformsTo.map((uri) => html`<li>${uri}</li>`)}</ul>`;
}

/** A list of collections, or of the instances of one; each links to a page of its own. */
export function collectionsPage(collections: readonly CollectionDocument[]): Markup {
  if (collections.length === 0) return html`<p>None.</p>`;
  const rows = collections.map(
    ({ id, title, description, parameter_names, links }) => html`<tr>
<td><a href="${pageOf(links)}">${id}</a></td>
<td>${title === id ? description : html`${title}<br>${description === title ? undefined : description}`}</td>
<td>${Object.keys(parameter_names).join(', ')}</td></tr>`,
  );
  return html`<table><tr><th>Id</th><th>What</th><th>Parameters</th></tr>${rows}</table>`;
}

/** Links by what they are for. */
export function linkTable(links: readonly Link[]): Markup {
  const rows = links.map(
    ({ href, rel, type, title }) =>
      html`<tr><td><a href="${href}">${title ?? href}</a></td><td>${rel}</td><td>${type}</td></tr>`,
  );
  return html`<table><tr><th>Link</th><th>Relation</th><th>Type</th></tr>${rows}</table>`;
}

function pageOf(links: readonly Link[]): string {
  return (links.find(({ type }) => type === 'text/html') ?? links[0])?.href ?? '';
}
