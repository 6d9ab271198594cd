import { parametersBody } from '../http/parameters-body.js';
import type { Route } from '../route.js';

/** A route by GET, and the same address by POST: it answers as the route does, its parameters in the body. */
export function withPost(route: Route): Route[] {
  return [route, byPost(route)];
}

function byPost(route: Route): Route {
  const { operationId, parameters, hasDimensions = false, summary } = route;
  return {
    ...route,
    method: 'POST',
    operationId: operationId.replace(/^get/, 'post'),
    summary: `${summary}; parameters in the body`,
    parameters: [],
    hasDimensions: false,
    body: parametersBody(parameters, { hasDimensions }),
  };
}
