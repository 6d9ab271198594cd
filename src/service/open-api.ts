import { STATUS_CODES } from 'node:http';
import type { ParameterSpec } from './parameter-table.js';
import { type RequestBody, type Route, routeTags } from './route.js';

/** A version of OpenAPI that the service is described in. */
export type OpenApiVersion = '3.0' | '3.1';

/** Media types of the descriptions; test suites compare the first as text. */
export const openApiTypes: Readonly<Record<OpenApiVersion, string>> = {
  '3.0': 'application/vnd.oai.openapi+json;version=3.0',
  '3.1': 'application/vnd.oai.openapi+json;version=3.1',
};

const fullVersions: Readonly<Record<OpenApiVersion, string>> = { '3.0': '3.0.3', '3.1': '3.1.0' };
const problemRef = { $ref: '#/components/schemas/Problem' };

/**
 * The OpenAPI document of the routes, self-contained, for a service at `url`. The schemas of both versions are the
 * same: they use only what means the same in both.
 */
export function describeApi(
  routes: readonly Route[],
  { url, version }: { readonly url: string; readonly version: OpenApiVersion },
): Record<string, unknown> {
  const documented = routes.filter(({ isInternal }) => !isInternal);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of documented) {
    const path = documentedPath(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeOperation(route) };
  }
  return {
    openapi: fullVersions[version],
    info: {
      title: 'tilecurve',
      version: '1.0.0',
      description: 'Gridded data by OGC API - Environmental Data Retrieval, map tiles and stored tiles',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0.html' },
    },
    servers: [{ url }],
    tags: [...new Set(documented.map(({ tag }) => tag))].map((name) => ({
      name,
      description: routeTags[name],
    })),
    paths,
    components: { schemas: { Problem: problemSchema } },
  };
}

/** The path of a route with its parts in braces. */
export function documentedPath({ path, documentedPath: documented }: Route): string {
  return documented ?? path.replace(/:(\w+)/g, '{$1}');
}

/** Names of the parts of a documented path, in order. */
export function pathParts(route: Route): string[] {
  return [...documentedPath(route).matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}

function describeOperation(route: Route): Record<string, unknown> {
  const { operationId, summary, tag, parameters, body } = route;
  return {
    operationId,
    summary,
    tags: [tag],
    parameters: [
      ...pathParts(route).map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...parameters.map(describeParameter),
      ...(route.hasDimensions ? [dimensions] : []),
    ],
    ...(body && { requestBody: describeBody(body) }),
    responses: describeResponses(route),
  };
}

/** Lists are written a,b,c; the style is written out because test suites read it. */
function describeParameter({
  name,
  description,
  isRequired = false,
  schema,
}: ParameterSpec): Record<string, unknown> {
  return { name, in: 'query', description, required: isRequired, style: 'form', explode: false, schema };
}

const dimensions = {
  name: 'dimensions',
  in: 'query',
  description:
    "The collection's own dimensions (extent.custom), each a parameter under its own name. A dimension called as " +
    'a parameter of this query is custom.<name>; the parameter keeps its meaning. custom.<name> is always a dimension.',
  required: false,
  style: 'form',
  explode: true,
  schema: { type: 'object', additionalProperties: { type: 'string' } },
};

function describeBody({ mediaTypes, schema }: RequestBody): Record<string, unknown> {
  const content = mediaTypes.map((type) => [
    type,
    { schema, ...(!type.includes('json') && { encoding: listEncoding(schema) }) },
  ]);
  return { required: true, content: Object.fromEntries(content) };
}

/** A form has lists as addresses have them: a,b,c, not one field for each. */
function listEncoding({ properties }: RequestBody['schema']): Record<string, unknown> {
  const names = Object.keys((properties ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(names.map((name) => [name, { style: 'form', explode: false }]));
}

function describeResponses(route: Route): Record<string, unknown> {
  const content = Object.fromEntries(route.produces.map((type) => [type, { schema: bodySchema(type) }]));
  const problem = { content: { 'application/problem+json': { schema: problemRef } } };
  return {
    ...(route.produces.length > 0 && { 200: { description: 'The answer', content } }),
    ...(route.mayBePending && { 202: pending }),
    // Whoever follows the redirection by itself gets this for an answer.
    ...(route.mayBeLater && { 202: pending, 308: later }),
    ...(route.mayBePending && { 206: { description: 'The bytes that Range asks for', content } }),
    ...(route.method === 'DELETE' && { 204: { description: 'Gone' } }),
    ...(route.mayBeEmpty && { 204: { description: 'Nothing there: no cell, time or level matches' } }),
    ...(route.method === 'GET' && { 304: { description: 'Unchanged since the If-None-Match tag' } }),
    ...Object.fromEntries(
      problemStatuses(route).map((status) => [status, { description: STATUS_CODES[status], ...problem }]),
    ),
    default: { description: 'Another failure', ...problem },
  };
}

const pending = {
  description: 'The result is being made: ask again',
  headers: { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } },
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: { status: { type: 'string', enum: ['pending'] }, description: { type: 'string' } },
      },
    },
  },
};

const later = {
  description:
    'A large answer, or one that Prefer: respond-async asks for: it is made, and will be at Location',
  headers: { Location: { description: 'The result', schema: { type: 'string', format: 'uri' } } },
};

/** What a body of a media type is to a program: a JSON value, text, or bytes. */
function bodySchema(mediaType: string): Record<string, unknown> {
  if (mediaType.includes('json')) return { type: 'object' };
  return mediaType.startsWith('text/') ? { type: 'string' } : { type: 'string', format: 'binary' };
}

/** What a request of the route may come to besides its answer. */
function problemStatuses(route: Route): number[] {
  const statuses = [400, 406, 500, 503];
  if (route.mayBePending) statuses.push(416);
  if (pathParts(route).length > 0) statuses.push(404);
  if (route.isData) statuses.push(413, 429);
  if (route.body !== undefined) statuses.push(412, 413, 415);
  return [...new Set(statuses)].sort((a, b) => a - b);
}

const problemSchema = {
  type: 'object',
  required: ['code', 'description', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    description: { type: 'string' },
    error: { type: 'string' },
  },
};
