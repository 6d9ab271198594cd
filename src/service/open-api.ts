import { STATUS_CODES } from 'node:http';
import type { ParameterSpec } from './parameter-table.js';
import type { Route } from './route.js';

/** Media type of the description; test suites compare it as text. */
export const openApiType = 'application/vnd.oai.openapi+json;version=3.0';

const problemRef = { $ref: '#/components/schemas/Problem' };
const errorStatuses = [400, 404, 406, 500, 503];

/** The OpenAPI 3.0 document of the routes, self-contained, for a service at `url`. */
export function describeApi(routes: readonly Route[], url: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    if (route.isInternal) continue;
    const path = documentedPath(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeOperation(route) };
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'tilecurve',
      version: '1.0.0',
      description: 'Gridded data by OGC API - Environmental Data Retrieval, map tiles and stored tiles',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0.html' },
    },
    servers: [{ url }],
    tags: [...new Set(routes.filter(({ isInternal }) => !isInternal).map(({ tag }) => tag))].map((name) => ({
      name,
    })),
    paths,
    components: { schemas: { Problem: problemSchema } },
  };
}

function documentedPath({ path, documentedPath: documented }: Route): string {
  return documented ?? path.replace(/:(\w+)/g, '{$1}');
}

function describeOperation(route: Route): Record<string, unknown> {
  const { operationId, summary, tag, parameters, produces, body } = route;
  const names = [...documentedPath(route).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return {
    operationId,
    summary,
    tags: [tag],
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...parameters.map(describeParameter),
      ...(route.hasDimensions ? [dimensions] : []),
    ],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: describeResponses(route, produces),
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

function describeResponses(route: Route, produces: readonly string[]): Record<string, unknown> {
  const isData = route.isData === true;
  const isGet = route.method === 'GET';
  const schema = produces.some((type) => type.includes('json')) ? { type: 'object' } : { type: 'string' };
  const content = Object.fromEntries(produces.map((type) => [type, { schema }]));
  const statuses = isData ? [...errorStatuses, 413, 429].sort() : errorStatuses;
  const problem = { content: { 'application/problem+json': { schema: problemRef } } };
  return {
    200: { description: 'The answer', content },
    ...(isGet && isData && { 204: { description: 'Nothing there: no cell, time or level matches' } }),
    ...(isGet && { 304: { description: 'Unchanged since the If-None-Match tag' } }),
    ...Object.fromEntries(
      statuses.map((status) => [status, { description: STATUS_CODES[status], ...problem }]),
    ),
    default: { description: 'Another failure', ...problem },
  };
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
