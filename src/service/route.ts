import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LayerReader } from '../layer/index.js';
import type { KeptAnswers } from './http/kept-answers.js';
import type { Limits } from './http/limits.js';
import type { MadeDocuments } from './http/made-documents.js';
import type { SharedAnswers } from './http/shared-answers.js';
import type { InstanceDirectory } from './instance-directory.js';
import type { LayerDirectory } from './layer-directory.js';
import type { LocationDirectory } from './location-directory.js';
import type { ParameterSpec } from './parameter-table.js';
import type { Results } from './results/results.js';

/** What handlers work with. */
export interface ServiceContext {
  readonly layers: LayerDirectory;
  readonly instances: InstanceDirectory;
  readonly locations: LocationDirectory;
  readonly limits: Limits;
  readonly kept: KeptAnswers;
  readonly shared: SharedAnswers;
  readonly documents: MadeDocuments;
  /** Where the service may keep answers that are fetched later. */
  readonly results?: Results | undefined;
  /** True when `/` can be a page for people. */
  readonly hasPage: boolean;
}

/** What operations are about, in the words of the API's descriptions. */
export const routeTags = {
  Capabilities: 'What the service is and conforms to',
  Collections: 'What data there are: their extents, parameters and queries',
  Queries: 'Values of a collection by place, time and level',
  Items: 'Whole fields of a collection, one for each instant',
  Locations: 'Places of a collection that have names, and the values there',
  Results: 'Answers that are made while their client does other things',
  Layers: 'Layers as they are stored, their statistics and how queries of them are planned',
  Tiles: 'Stored tiles by their keys',
  Maps: 'Map tiles, their styles, legends and tilesets',
  Operations: 'The state of the service, for those who run it',
} as const;

/** One of them. */
export type RouteTag = keyof typeof routeTags;

/** One address of the service: it is registered, checked and documented from this. */
export interface Route {
  /** As Fastify spells it: `/collections/:collectionId`. */
  readonly path: string;
  /** As the API description spells it, where Fastify cannot. */
  readonly documentedPath?: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly operationId: string;
  readonly summary: string;
  readonly tag: RouteTag;
  readonly parameters: readonly ParameterSpec[];
  /** True when it reads stored data: such requests are limited in number and size. */
  readonly isData?: boolean;
  /** True when a layer's own dimensions are parameters too. */
  readonly hasDimensions?: boolean;
  /** True when its answer may be 204: nothing is there. */
  readonly mayBeEmpty?: boolean;
  /** True when it may send its client to a result, which is made meanwhile. */
  readonly mayBeLater?: boolean;
  /** True when it is a result, which may not be there yet. */
  readonly mayBePending?: boolean;
  /** Media types of a 200 answer; none when it has no body, which is 204. */
  readonly produces: readonly string[];
  /** What a POST carries. */
  readonly body?: RequestBody;
  /** Left out of the API description: operations, not content. */
  readonly isInternal?: boolean;
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
}

/** A body as it is checked and documented. */
export interface RequestBody {
  readonly mediaTypes: readonly string[];
  /** JSON schema. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** A named part of the path, decoded. */
export function pathPart(request: FastifyRequest, name: string): string {
  return (request.params as Record<string, string>)[name] ?? '';
}

/** Names of a layer's own dimensions. */
export function dimensionsOf({ manifest }: LayerReader): string[] {
  return manifest.grid.custom.map(({ name }) => name);
}
