import type { FastifyRequest } from 'fastify';
import { InvalidArgumentError } from '../../errors/index.js';
import type { ParameterSpec } from '../parameter-table.js';

const MAX_PARAMETERS = 100;
const SHOWN_CHARACTERS = 60;

/** The query parameters of a request under their canonical names. */
export interface QueryText {
  get(name: string): string | undefined;
  /** Values of the layer's own dimensions, by axis name. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** The same for every spelling and order of one query. */
  readonly canonical: string;
}

/**
 * Reads the query of a request: only the parameters of `specs` and the layer's `dimensions`, each at most once
 * and not empty, the required ones there.
 * Throws: InvalidArgumentError naming the parameter, and the known ones when it is not known.
 */
export function readQuery(
  request: FastifyRequest,
  specs: readonly ParameterSpec[],
  dimensions: readonly string[] = [],
): QueryText {
  const own = dimensions.filter((name) => !specs.some((spec) => spellingsOf(spec).includes(name)));
  const values = new Map<string, string>();
  for (const [written, value] of rawParameters(request)) {
    const name = specs.find((spec) => spellingsOf(spec).includes(written))?.name ?? written;
    if (!specs.some((spec) => spec.name === name) && !own.includes(name)) throw unknown(written, specs, own);
    if (values.has(name)) throw refused('query parameter is given twice', name);
    if (value.trim() === '') throw refused('query parameter is empty', name);
    values.set(name, value);
  }
  for (const { name, isRequired } of specs) {
    if (isRequired && !values.has(name)) throw refused('query parameter is required', name);
  }
  return {
    get: (name) => values.get(name),
    dimensions: Object.fromEntries([...values].filter(([name]) => own.includes(name))),
    canonical: JSON.stringify(
      [...values].filter(([name]) => name !== 'f').sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}

/** A whole number from `min` on; `min` when absent. Throws InvalidArgumentError. */
export function readCount(text: string | undefined, name: string, min = 0): number {
  if (text === undefined) return min;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min) return value;
  throw new InvalidArgumentError(`${name} expects a whole number from ${min} on`, {
    parameter: name,
    found: text.slice(0, SHOWN_CHARACTERS),
  });
}

function rawParameters({ raw }: FastifyRequest): [string, string][] {
  const url = raw.url ?? '';
  const start = url.indexOf('?');
  const parameters = start < 0 ? [] : [...new URLSearchParams(url.slice(start + 1))];
  if (parameters.length <= MAX_PARAMETERS) return parameters;
  throw new InvalidArgumentError('too many query parameters', {
    found: parameters.length,
    allowed: MAX_PARAMETERS,
  });
}

function spellingsOf({ name, aliases = [] }: ParameterSpec): readonly string[] {
  return [name, ...aliases];
}

function unknown(
  name: string,
  specs: readonly ParameterSpec[],
  own: readonly string[],
): InvalidArgumentError {
  return new InvalidArgumentError('query parameter is not known here', {
    parameter: name.slice(0, SHOWN_CHARACTERS),
    known: [...specs.map((spec) => spec.name), ...own].join(', '),
  });
}

function refused(message: string, parameter: string): InvalidArgumentError {
  return new InvalidArgumentError(message, { parameter });
}
