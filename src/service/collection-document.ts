import type { Manifest } from '../catalog/index.js';
import { type CollectionDocument, describeCollection, type Link } from '../edr/index.js';
import { queryParameters } from './data-queries.js';
import { dimensionParameter } from './http/query-text.js';
import { hasMaps } from './maps/layer-map.js';
import { tilesetLinks } from './maps/tileset-document.js';

const nameInQueries = (axis: string) => dimensionParameter(axis, queryParameters);

/** What a collection offers besides the queries that every layer answers, and where. */
export interface CollectionPlace {
  readonly url: string;
  readonly hasLocations: boolean;
  /** The id of the instance that it is; a collection itself has instances. */
  readonly instance?: string | undefined;
}

/** A layer, or one of its instances, as a collection. */
export function collectionDocument(
  manifest: Manifest,
  { url, hasLocations, instance }: CollectionPlace,
): CollectionDocument {
  const document = describeCollection(manifest, url, nameInQueries);
  const further = {
    ...(hasLocations && {
      locations: furtherQuery(document, {
        url,
        query: 'locations',
        type: 'application/geo+json',
        description: 'Named places: their list, and under the id of each its data',
        variables: { multiple_locations: true },
      }),
    }),
    items: furtherQuery(document, {
      url,
      query: 'items',
      type: 'application/geo+json',
      description: 'Whole fields, one for each instant: their list, and each as a feature or as its data',
      variables: {},
    }),
    ...(instance === undefined && {
      instances: furtherQuery(document, {
        url,
        query: 'instances',
        type: 'application/json',
        description: 'Snapshots that have a name, and the latest',
        variables: { output_formats: ['JSON'], default_output_format: 'JSON' },
      }),
    }),
  };
  return {
    ...document,
    ...(instance !== undefined && { id: instance, title: `${document.title}, ${instance}` }),
    links: [
      ...document.links,
      ...Object.values(further).map(({ link }) => plainLink(link)),
      ...(instance === undefined && hasMaps({ manifest }) ? tilesetLinks(url) : []),
    ],
    data_queries: { ...document.data_queries, ...further },
  };
}

function plainLink({ href, rel, type, title }: Link): Link {
  return { href, rel, type, ...(title !== undefined && { title }) };
}

function furtherQuery(
  { data_queries, output_formats }: CollectionDocument,
  about: {
    readonly url: string;
    readonly query: string;
    readonly type: string;
    readonly description: string;
    readonly variables: Readonly<Record<string, unknown>>;
  },
): CollectionDocument['data_queries'][string] {
  const { url, query, type, description, variables } = about;
  const { link } = data_queries.position!;
  return {
    link: {
      ...link,
      href: `${url}/${query}`,
      type,
      title: query,
      variables: {
        ...link.variables,
        title: `${query.charAt(0).toUpperCase()}${query.slice(1)} query`,
        description,
        query_type: query,
        output_formats,
        ...variables,
      },
    },
  };
}
