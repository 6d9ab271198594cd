import { NotFoundError } from '../../errors/index.js';
import { coverageFormats } from '../../formats/index.js';
import { formBody, jsonBody } from '../http/request-body.js';
import type { Results } from '../results/results.js';
import { sendResult } from '../results/send-result.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';

const path = '/results/:resultId';

/** Answers that are made while nobody waits; none unless the service keeps results. */
export function resultRoutes({ results }: ServiceContext): Route[] {
  if (results === undefined) return [];
  const get: Route = {
    path,
    method: 'GET',
    tag: 'Results',
    operationId: 'getResult',
    summary: 'The answer that a query was sent here for; 202 while it is made',
    parameters: [],
    isData: true,
    mayBePending: true,
    produces: coverageFormats.flatMap(({ mediaTypes }) => mediaTypes),
    handle: (request, reply) => sendResult(request, reply, { name: pathPart(request, 'resultId'), results }),
  };
  return [get, repeatedPost(get), cancelRoute(results)];
}

/** A 308 keeps the method and the body: the query, which the result has in it already. */
function repeatedPost(get: Route): Route {
  return {
    ...get,
    method: 'POST',
    operationId: 'postResult',
    summary: `${get.summary}; for queries by POST, whose body is not read again`,
    body: { mediaTypes: [jsonBody, formBody], schema: { type: 'object' } },
  };
}

function cancelRoute(results: Results): Route {
  return {
    path,
    method: 'DELETE',
    tag: 'Results',
    operationId: 'deleteResult',
    summary: 'Cancels the work, or removes what it has made',
    parameters: [],
    produces: [],
    handle: async (request, reply) => {
      if (await results.remove(pathPart(request, 'resultId'))) return reply.code(204).send();
      throw new NotFoundError('no such result');
    },
  };
}
