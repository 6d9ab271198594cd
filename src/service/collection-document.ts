import type { Manifest } from '../catalog/index.js';
import { type CollectionDocument, describeCollection } from '../edr/index.js';
import { dimensionParameter } from './http/query-text.js';
import { queryParameters } from './routes/query-routes.js';

const nameInQueries = (axis: string) => dimensionParameter(axis, queryParameters);

/** A layer as a collection. */
export function collectionDocument(
  manifest: Manifest,
  { url }: { readonly url: string },
): CollectionDocument {
  return describeCollection(manifest, url, nameInQueries);
}
