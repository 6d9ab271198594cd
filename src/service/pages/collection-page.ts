import { type CollectionDocument, tokensText } from '../../edr/index.js';
import { html, type Markup } from '../../render/index.js';
import { linkTable } from './document-pages.js';
import { type AskedQuery, queryForm } from './query-form.js';

/**
 * One collection: its extents, its parameters, and a form for each query of `queries` that it answers; a link to the viewer for
 * one that is a layer there.
 */
export function collectionPage(
  document: CollectionDocument,
  queries: readonly AskedQuery[],
  { layerName }: { readonly layerName: string | undefined },
): Markup {
  const { description, title, links, data_queries } = document;
  const forms = queries
    .filter(({ name }) => Object.hasOwn(data_queries, name))
    .map((query) => {
      const { href, variables } = document.data_queries[query.name]!.link;
      return html`<details><summary>${query.name}: ${String(variables.description)}</summary>
${queryForm({ document, query, action: href })}</details>`;
    });
  const map =
    layerName && html`<p><a href="/viewer#layer=${encodeURIComponent(layerName)}">On the map</a></p>`;
  return html`${description === title ? undefined : html`<p>${description}</p>`}${map}
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
    ['CRS', tokensText(crs)],
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
