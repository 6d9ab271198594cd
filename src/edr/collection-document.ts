import type { ExtentDocument } from './describe-extent.js';

/** A link as the documents of OGC APIs have them. */
export interface Link {
  readonly href: string;
  readonly rel: string;
  readonly type: string;
  readonly title?: string;
}

/** How one query of a collection is described. */
export interface QueryDescription {
  readonly link: Link & { readonly variables: Readonly<Record<string, unknown>> };
}

/** A collection as a document of EDR. */
export interface CollectionDocument {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly links: readonly Link[];
  readonly extent: ExtentDocument;
  readonly data_queries: Readonly<Record<string, QueryDescription>>;
  readonly crs: readonly string[];
  readonly output_formats: readonly string[];
  readonly parameter_names: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
