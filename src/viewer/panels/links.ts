import { byId } from '../elements.js';
import type { Place } from '../state/place.js';
import { exampleQuery, type Selection } from '../state/selection.js';

/** Shows where programs find what the page shows. */
export function showLinks(selection: Selection, place: Place): void {
  const example = exampleQuery(selection, place);
  byId<HTMLAnchorElement>('collection').href = `collections/${encodeURIComponent(selection.layer.id)}?f=json`;
  byId<HTMLAnchorElement>('example').href = example;
  byId('example-text').textContent = `/${example.replaceAll('%20', ' ')}`;
  byId('links').hidden = false;
}
