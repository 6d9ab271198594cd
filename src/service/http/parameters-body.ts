import type { ParameterSpec } from '../parameter-table.js';
import type { RequestBody } from '../route.js';
import { formBody, jsonBody } from './request-body.js';

const listOf = (items: unknown) => ({ type: 'array', items, minItems: 1 });

/** The parameters of a query as the body of a POST: in JSON, or as a form. */
export function parametersBody(
  specs: readonly ParameterSpec[],
  { hasDimensions = false }: { readonly hasDimensions?: boolean } = {},
): RequestBody {
  const required = specs.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    mediaTypes: [jsonBody, formBody],
    schema: {
      type: 'object',
      ...(required.length > 0 && { required }),
      properties: Object.fromEntries(
        specs.map((spec) => [spec.name, { description: spec.description, ...memberSchema(spec) }]),
      ),
      additionalProperties: hasDimensions ? dimensionSchema : false,
    },
  };
}

/** A list may be text with commas too, and what may be a list of values may be one value. */
function memberSchema({ schema, takesLists }: ParameterSpec): Readonly<Record<string, unknown>> {
  if (schema.type === 'array') return { oneOf: [{ type: 'string' }, schema] };
  return takesLists ? dimensionSchema : schema;
}

const dimensionSchema = {
  oneOf: [
    { type: 'string' },
    { type: 'number' },
    listOf({ oneOf: [{ type: 'string' }, { type: 'number' }] }),
  ],
};
