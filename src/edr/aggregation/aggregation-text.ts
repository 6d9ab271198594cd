import { InvalidArgumentError } from '../../errors/index.js';
import type { Grid } from '../../grid/index.js';
import type { ParameterGroup } from '../edr-request.js';
import { shorten } from '../number-text.js';
import { type AggregationMethod, aggregationMethods } from './methods.js';

const GROUP = /\(([^()]*)\)/g;
const MAX_CHARACTERS = 1000;

/** What an `aggregation` asks for: a result of each method, all over the same axes. */
export interface Aggregation {
  readonly methods: readonly AggregationMethod[];
  /** In the order t, z, y, x, then custom axes by their names. */
  readonly axes: readonly string[];
}

/** Axes that queries at single places, and those of areas, may sum up, besides custom ones. */
export const placeAxes: readonly string[] = ['t', 'z'];
export const areaAxes: readonly string[] = ['t', 'z', 'y', 'x'];

/** Of `axes`, those that a layer has, and its custom axes. */
export function axesOfLayer(grid: Grid, axes: readonly string[]): string[] {
  const own = axes.filter((axis) => (axis === 't' ? grid.t : axis === 'z' ? grid.z : grid.x) !== undefined);
  return [...own, ...grid.custom.map(({ name }) => name).filter(isSayable)];
}

/** Not the name of another axis, and none that the text of an aggregation could not have. */
function isSayable(name: string): boolean {
  return !areaAxes.includes(name.toLowerCase()) && name === name.trim() && !/[(),]/.test(name);
}

/**
 * `(method,axis[,axis...])`, or a comma list of such over the same axes; case and spaces do not matter.
 * Throws: InvalidArgumentError naming what is allowed.
 */
export function parseAggregation(text: string, allowedAxes: readonly string[]): Aggregation {
  const groups = splitGroups(text);
  const asked = groups.map(([method, ...axes]) => ({
    method: parseMethod(method ?? ''),
    axes: parseAxes(axes, allowedAxes),
  }));
  const methods = asked.map(({ method }) => method);
  const [{ axes }] = asked as [(typeof asked)[number]];
  const other = asked.find((one) => String(one.axes) !== String(axes));
  if (other !== undefined) {
    throw refused(
      'all methods of an aggregation take the same axes',
      `${axes} and ${other.axes}`,
      String(axes),
    );
  }
  const twice = methods.find((method, at) => methods.indexOf(method) < at);
  if (twice !== undefined) throw refused('aggregation has a method twice', twice, 'each method once');
  return { methods, axes };
}

/** Throws: InvalidArgumentError naming the first parameter that lacks one of the axes. */
export function requireAxes({ axes }: Aggregation, groups: readonly ParameterGroup[]): void {
  for (const { parameters } of groups) {
    for (const parameter of parameters) {
      const missing = axes.find((axis) => axis !== 'x' && axis !== 'y' && !parameter.axes.includes(axis));
      if (missing === undefined) continue;
      throw new InvalidArgumentError(
        `${parameter.id} has no axis ${missing}; leave it out by parameter-name, or aggregate over other axes`,
        { parameter: 'aggregation', found: missing, allowed: ['y', 'x', ...parameter.axes].join(', ') },
      );
    }
  }
}

/** The words of each pair of parentheses. */
function splitGroups(text: string): string[][] {
  const groups = [...text.slice(0, MAX_CHARACTERS).matchAll(GROUP)].map(([, words]) =>
    words!.split(',').map((word) => word.trim()),
  );
  const between = text.replace(GROUP, '.').replaceAll(/\s/g, '');
  if (groups.length === 0 || text.length > MAX_CHARACTERS || !/^\.(,\.)*$/.test(between)) {
    throw refused(
      'aggregation expects (method,axis), or a list of such',
      text,
      '(mean,t) or (mean,x,y),(max,x,y)',
    );
  }
  return groups;
}

function parseMethod(word: string): AggregationMethod {
  const method = aggregationMethods.find((name) => name === word.toLowerCase());
  if (method !== undefined) return method;
  throw refused('aggregation has a method that is not known', word, aggregationMethods.join(', '));
}

function parseAxes(words: readonly string[], allowed: readonly string[]): string[] {
  const known = allowed.join(', ') || 'none';
  if (words.length === 0) throw refused('aggregation expects axes after the method', '', known);
  const axes = new Set<string>();
  for (const word of words) {
    const isWord = (axis: string) => axis.toLowerCase() === word.toLowerCase();
    const axis = allowed.includes(word) ? word : allowed.find(isWord);
    if (axis === undefined) {
      throw refused('aggregation has an axis that this layer or query does not have', word, known);
    }
    if (axes.has(axis)) throw refused('aggregation has an axis twice', word, known);
    axes.add(axis);
  }
  return allowed.filter((axis) => axes.has(axis));
}

function refused(message: string, found: string, allowed: string): InvalidArgumentError {
  return new InvalidArgumentError(message, { parameter: 'aggregation', found: shorten(found), allowed });
}
