import type { Location } from '../../catalog/index.js';
import { html, type Markup } from '../../render/index.js';

/** The named places of the collection at `url`, each with a link to its data. */
export function locationsPage(locations: readonly Location[], url: string): Markup {
  if (locations.length === 0) return html`<p>None.</p>`;
  const rows = locations.map(
    ({ id, title, geometry }) => html`<tr>
<td><a href="${url}/locations/${encodeURIComponent(id)}">${title}</a></td><td><code>${id}</code></td><td>${geometry.type}</td></tr>`,
  );
  return html`<table><tr><th>Place</th><th>Id</th><th>Kind</th></tr>${rows}</table>`;
}
