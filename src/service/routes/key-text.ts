import { InvalidArgumentError } from '../../errors/index.js';
import { byName, type Grid, type TileKey } from '../../grid/index.js';
import { readCount, shorten } from '../http/query-text.js';

/** Most keys in one request. */
export const maxBatchKeys = 1000;

/** JSON schema of a key in the body of a request. */
export const keySchema = {
  type: 'object',
  required: ['parameter', 'col', 'row'],
  properties: {
    level: { type: 'integer', minimum: 0, default: 0 },
    parameter: { type: 'string' },
    col: { type: 'integer', minimum: 0 },
    row: { type: 'integer', minimum: 0 },
    t: { type: 'integer', minimum: 0, default: 0 },
    z: { type: 'integer', minimum: 0, default: 0 },
    custom: {
      description: 'Indexes on custom axes by name, 0 where absent',
      type: 'object',
      additionalProperties: { type: 'integer', minimum: 0 },
    },
  },
  additionalProperties: {
    description: 'Index on a custom axis whose name is none of the above',
    type: 'integer',
    minimum: 0,
  },
};

/**
 * A key as texts or JSON numbers. `custom` has indexes on custom axes by name; so have further members, of axes
 * whose names are not members of a key.
 */
export type KeyText = Readonly<Record<string, unknown>>;

/** The key that the members say; level, t, z and custom indexes are 0 when absent. Throws InvalidArgumentError. */
export function parseKey(grid: Grid, text: KeyText): TileKey {
  const { level, parameter, col, row, t, z, custom = {}, ...others } = text;
  if (typeof parameter !== 'string')
    throw new InvalidArgumentError('a key needs a parameter', { parameter: 'parameter' });
  if (col === undefined || row === undefined)
    throw new InvalidArgumentError('a key needs col and row', { parameter: 'col' });
  const indexes = customIndexes(grid, custom, others);
  return {
    level: readIndex(level, 'level'),
    parameter,
    col: readIndex(col, 'col'),
    row: readIndex(row, 'row'),
    t: readIndex(t, 't'),
    z: readIndex(z, 'z'),
    custom: grid.custom.map(({ name }) => readIndex(indexes[name], name)),
  };
}

/** The keys of a batch request's body. Throws InvalidArgumentError. */
export function parseKeys(grid: Grid, body: unknown): TileKey[] {
  const keys = isObject(body) ? body.keys : body;
  if (!Array.isArray(keys)) {
    throw new InvalidArgumentError('the body needs a list of keys', { expected: '{ "keys": [ { ... } ] }' });
  }
  if (keys.length === 0) throw new InvalidArgumentError('keys is empty', { parameter: 'keys' });
  if (keys.length > maxBatchKeys) {
    throw new InvalidArgumentError('too many keys', { found: keys.length, allowed: maxBatchKeys });
  }
  return keys.map((key) => {
    if (isObject(key)) return parseKey(grid, key);
    throw new InvalidArgumentError('a key is an object', { found: typeof key });
  });
}

function customIndexes(grid: Grid, custom: unknown, others: KeyText): Readonly<Record<string, unknown>> {
  if (!isObject(custom)) {
    throw new InvalidArgumentError('custom has an index for each axis it names', {
      found: typeof custom,
      expected: '{ "axis": 0 }',
    });
  }
  const named = [...Object.entries(custom), ...Object.entries(others)];
  named.forEach(([name], i) => {
    if (!grid.custom.some((axis) => axis.name === name)) {
      throw new InvalidArgumentError('a key has a member that is no axis', { found: shorten(name) });
    }
    if (named.findIndex(([other]) => other === name) < i) {
      throw new InvalidArgumentError('a key names an axis twice', { found: shorten(name) });
    }
  });
  return byName(named);
}

function readIndex(value: unknown, name: string): number {
  if (value === undefined) return 0;
  if (typeof value === 'string' || typeof value === 'number') return readCount(String(value), name);
  throw new InvalidArgumentError(`${name} expects a whole number`, { parameter: name, found: typeof value });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
