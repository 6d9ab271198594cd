import { InvalidArgumentError } from '../../errors/index.js';
import type { Grid, TileKey } from '../../grid/index.js';
import { readCount } from '../http/query-text.js';

/** Most keys in one request. */
export const maxBatchKeys = 1000;

/** A key as texts or JSON numbers; further members are indexes on custom axes by name. */
export type KeyText = Readonly<Record<string, unknown>>;

/** The key that the members say; level, t, z and custom indexes are 0 when absent. Throws InvalidArgumentError. */
export function parseKey(grid: Grid, text: KeyText): TileKey {
  const { level, parameter, col, row, t, z, ...others } = text;
  if (typeof parameter !== 'string')
    throw new InvalidArgumentError('a key needs a parameter', { parameter: 'parameter' });
  if (col === undefined || row === undefined)
    throw new InvalidArgumentError('a key needs col and row', { parameter: 'col' });
  const unknown = Object.keys(others).find((name) => !grid.custom.some((axis) => axis.name === name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError('a key has a member that is no axis', { found: unknown.slice(0, 60) });
  }
  return {
    level: readIndex(level, 'level'),
    parameter,
    col: readIndex(col, 'col'),
    row: readIndex(row, 'row'),
    t: readIndex(t, 't'),
    z: readIndex(z, 'z'),
    custom: grid.custom.map(({ name }) => readIndex(others[name], name)),
  };
}

/** The keys of a batch request's body. Throws InvalidArgumentError. */
export function parseKeys(grid: Grid, body: unknown): TileKey[] {
  const keys = isObject(body) ? body.keys : body;
  if (!Array.isArray(keys)) {
    throw new InvalidArgumentError('the body needs a list of keys', { expected: '{ "keys": [ { ... } ] }' });
  }
  if (keys.length > maxBatchKeys) {
    throw new InvalidArgumentError('too many keys', { found: keys.length, allowed: maxBatchKeys });
  }
  return keys.map((key) => {
    if (isObject(key)) return parseKey(grid, key);
    throw new InvalidArgumentError('a key is an object', { found: typeof key });
  });
}

function readIndex(value: unknown, name: string): number {
  if (value === undefined) return 0;
  if (typeof value === 'string' || typeof value === 'number') return readCount(String(value), name);
  throw new InvalidArgumentError(`${name} expects a whole number`, { parameter: name, found: typeof value });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
