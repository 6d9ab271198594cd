import { parametersBody } from '../http/parameters-body.js';
import type { Route } from '../route.js';

/** The same address by POST: it answers as `route` does, its parameters in the body. */
export function byPost(route: Route, { operationId }: { readonly operationId: string }): Route {
  const { parameters, hasDimensions = false, summary } = route;
  return {
    ...route,
    method: 'POST',
    operationId,
    summary: `${summary}; parameters in the body`,
    parameters: [],
    hasDimensions: false,
    body: parametersBody(parameters, { hasDimensions }),
  };
}
