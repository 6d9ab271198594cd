import { InvalidArgumentError } from '../../errors/index.js';
import { byName, parseDecimal } from '../../grid/index.js';
import type { ParameterSpec } from '../parameter-table.js';
import { bodyParameters } from './request-body.js';

const MAX_PARAMETERS = 100;
const SHOWN_CHARACTERS = 60;
const DIMENSION_PREFIX = 'custom.';

/** The query parameters of a request under their canonical names. */
export class QueryText {
  /** Values of the layer's own dimensions, by axis name. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly #named: ReadonlyMap<string, string>;
  readonly #own: ReadonlyMap<string, string>;

  constructor(named: ReadonlyMap<string, string>, own: ReadonlyMap<string, string>) {
    this.dimensions = byName(own);
    this.#named = named;
    this.#own = own;
  }

  get(name: string): string | undefined {
    return this.#named.get(name);
  }

  /** The same query without those values of dimensions, and of the parameters named, that stand for none. */
  without(standsForNone: (value: string) => boolean, names: readonly string[]): QueryText {
    const named = [...this.#named].filter(([name, value]) => !(names.includes(name) && standsForNone(value)));
    const own = [...this.#own].filter(([, value]) => !standsForNone(value));
    return new QueryText(new Map(named), new Map(own));
  }

  /** The same query as the search part of an address, without `f`. */
  get search(): string {
    const named = [...this.#named].filter(([name]) => name !== 'f');
    const own = [...this.#own].map(([name, value]) => [DIMENSION_PREFIX + name, value] as [string, string]);
    return new URLSearchParams([...named, ...own]).toString();
  }

  /** The same for every spelling and order of one query. */
  get canonical(): string {
    return JSON.stringify([sorted(this.#named).filter(([name]) => name !== 'f'), sorted(this.#own)]);
  }
}

/** What the texts of a request are read from. */
export interface AskedTexts {
  readonly url: string;
  readonly body?: unknown;
}

/**
 * Reads the query of a request, from its address and from the body of a POST: only the parameters of `specs` and the
 * layer's `dimensions`, each at most once and not empty, the required ones there. A body may say again what the
 * address says. `custom.<name>` is always a dimension; its bare name is, unless a parameter has it.
 * Throws: InvalidArgumentError naming the parameter, and the known ones when it is not known.
 */
export function readQuery(
  request: AskedTexts,
  specs: readonly ParameterSpec[],
  dimensions: readonly string[] = [],
): QueryText {
  const address = nameTexts(addressParameters(request), { specs, dimensions });
  const body = nameTexts(bodyParameters(request), { specs, dimensions });
  const named = unite(address.named, body.named);
  const own = unite(address.own, body.own);
  for (const { name, isRequired } of specs) {
    if (isRequired && !named.has(name)) throw refused('query parameter is required', name);
  }
  return new QueryText(named, own);
}

/** What of an address is understood, for showing it again: unlike `readQuery` it refuses nothing. */
export function readLeniently(
  { url }: Pick<AskedTexts, 'url'>,
  specs: readonly ParameterSpec[],
  dimensions: readonly string[],
): QueryText {
  const [named, own] = [new Map<string, string>(), new Map<string, string>()];
  for (const [spelling, value] of addressParameters({ url })) {
    if (value.trim() === '') continue;
    const spec = specOf(spelling, specs);
    const dimension = dimensionOf(spelling, dimensions);
    if (spec !== undefined) named.set(spec.name, value);
    else if (dimension !== undefined) own.set(dimension, value);
  }
  return new QueryText(named, own);
}

/** How a query addresses a dimension: by its name, unless a parameter of `specs` has that name. */
export function dimensionParameter(name: string, specs: readonly ParameterSpec[]): string {
  const isTaken = specOf(name, specs) !== undefined || name.startsWith(DIMENSION_PREFIX);
  return isTaken ? DIMENSION_PREFIX + name : name;
}

/** A whole number from `min` on; `min` when absent. Throws InvalidArgumentError. */
export function readCount(text: string | undefined, name: string, min = 0): number {
  if (text === undefined) return min;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min) return value;
  throw new InvalidArgumentError(`${name} expects a whole number from ${min} on`, {
    parameter: name,
    found: shorten(text),
  });
}

/** A finite number. Throws InvalidArgumentError. */
export function readNumber(text: string, name: string): number {
  const value = parseDecimal(text);
  if (value !== undefined) return value;
  throw new InvalidArgumentError(`${name} expects a finite number`, {
    parameter: name,
    found: shorten(text),
  });
}

/** The beginning of a text from outside, short enough for a message. */
export function shorten(text: string): string {
  return text.slice(0, SHOWN_CHARACTERS);
}

/** Texts by the canonical names of parameters, and by the names of dimensions. */
interface NamedTexts {
  readonly named: Map<string, string>;
  readonly own: Map<string, string>;
}

function nameTexts(
  written: readonly [string, string][],
  { specs, dimensions }: { readonly specs: readonly ParameterSpec[]; readonly dimensions: readonly string[] },
): NamedTexts {
  if (written.length > MAX_PARAMETERS) {
    throw new InvalidArgumentError('too many query parameters', {
      found: written.length,
      allowed: MAX_PARAMETERS,
    });
  }
  const texts = { named: new Map<string, string>(), own: new Map<string, string>() };
  for (const [spelling, value] of written) {
    const spec = specOf(spelling, specs);
    const name = spec === undefined ? dimensionOf(spelling, dimensions) : spec.name;
    if (name === undefined) throw unknown(spelling, specs, dimensions);
    const values = spec === undefined ? texts.own : texts.named;
    if (values.has(name)) throw refused('query parameter is given twice', name);
    if (value.trim() === '') throw refused('query parameter is empty', name);
    values.set(name, value);
  }
  return texts;
}

/** Both together. Throws: InvalidArgumentError where they say different things. */
function unite(address: ReadonlyMap<string, string>, body: ReadonlyMap<string, string>): Map<string, string> {
  for (const [name, value] of body) {
    const other = address.get(name) ?? value;
    if (other === value) continue;
    throw new InvalidArgumentError('address and body contradict each other', {
      parameter: name,
      found: `${shorten(other)} and ${shorten(value)}`,
    });
  }
  return new Map([...address, ...body]);
}

function addressParameters({ url }: AskedTexts): [string, string][] {
  const start = url.indexOf('?');
  return start < 0 ? [] : [...new URLSearchParams(url.slice(start + 1))];
}

function specOf(written: string, specs: readonly ParameterSpec[]): ParameterSpec | undefined {
  return specs.find(({ name, aliases = [] }) => name === written || aliases.includes(written));
}

function dimensionOf(written: string, dimensions: readonly string[]): string | undefined {
  const name = written.startsWith(DIMENSION_PREFIX) ? written.slice(DIMENSION_PREFIX.length) : written;
  return [name, written].find((candidate) => dimensions.includes(candidate));
}

function sorted(values: ReadonlyMap<string, string>): [string, string][] {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1));
}

function unknown(
  name: string,
  specs: readonly ParameterSpec[],
  dimensions: readonly string[],
): InvalidArgumentError {
  const own = dimensions.map((dimension) => dimensionParameter(dimension, specs));
  return new InvalidArgumentError('query parameter is not known here', {
    parameter: shorten(name),
    known: [...specs.map((spec) => spec.name), ...own].join(', '),
  });
}

function refused(message: string, parameter: string): InvalidArgumentError {
  return new InvalidArgumentError(message, { parameter });
}
