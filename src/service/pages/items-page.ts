import { html, type Markup } from '../../render/index.js';

/** Some of the items at `url`, each with links to what it is and to its data. */
export function itemsPage(
  ids: readonly string[],
  { url, matched, next }: { readonly url: string; readonly matched: number; readonly next?: string },
): Markup {
  if (ids.length === 0) return html`<p>None of ${String(matched)}.</p>`;
  const rows = ids.map((id) => {
    const href = `${url}/${encodeURIComponent(id)}`;
    return html`<tr><td><a href="${href}">${id}</a></td><td><a href="${href}?f=NetCDF">NetCDF</a></td><td><a href="${href}?f=CoverageJSON">CoverageJSON</a></td></tr>`;
  });
  return html`<p>${String(matched)} fields, one for each instant.</p>
<table><tr><th>Instant</th><th colspan="2">Data</th></tr>${rows}</table>
${next === undefined ? undefined : html`<p><a href="${next}" rel="next">Next</a></p>`}`;
}
