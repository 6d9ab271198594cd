import { InvalidArgumentError } from '../../errors/index.js';
import { type Resampling, resamplings, type TileRequest } from '../../maps/index.js';
import type { StyleOverrides } from '../../render/index.js';
import { type QueryText, readNumber, shorten } from '../http/query-text.js';

const textParameters = ['parameter', 'datetime', 'z', 'style'] as const;

/**
 * What a query asks of a map, whichever tile of it.
 *
 * Throws: InvalidArgumentError naming the parameter. What only the layer or the style knows is not checked yet.
 */
export function askedMap(query: QueryText): Omit<TileRequest, 'tile' | 'format'> {
  const resampling = query.get('resampling');
  const range = query.get('range');
  const level = query.get('level');
  const texts = textParameters.map((name) => [name, query.get(name)] as const);
  return {
    ...Object.fromEntries(texts.filter(([, text]) => text !== undefined)),
    custom: query.dimensions,
    overrides: askedOverrides(query),
    ...(range !== undefined && { range: parseRange(range) }),
    ...(level !== undefined && { level: parseLevel(level) }),
    ...(resampling !== undefined && { resampling: parseResampling(resampling) }),
  };
}

function askedOverrides(query: QueryText): StyleOverrides {
  const texts = { below: query.get('below'), above: query.get('above'), noData: query.get('nodata-color') };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...(isLogarithmic(query.get('logscale')) && { scale: 'log' }),
  };
}

/** Clients of ncWMS say false for any style. */
function isLogarithmic(text = 'false'): boolean {
  const value = text.toLowerCase();
  if (value === 'true' || value === 'false') return value === 'true';
  throw new InvalidArgumentError('logscale is true or false', {
    parameter: 'logscale',
    found: shorten(text),
  });
}

function parseResampling(text: string): Resampling {
  const resampling = resamplings.find((name) => name === text);
  if (resampling !== undefined) return resampling;
  throw new InvalidArgumentError('no such resampling', {
    parameter: 'resampling',
    found: shorten(text),
    known: resamplings,
  });
}

function parseLevel(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('level expects a whole number', {
    parameter: 'level',
    found: shorten(text),
  });
}

function parseRange(text: string): { low: number; high: number } {
  const [low, high, ...others] = text.split(',');
  if (low === undefined || high === undefined || others.length > 0) {
    throw new InvalidArgumentError('range expects two numbers', { parameter: 'range', found: shorten(text) });
  }
  return { low: readNumber(low, 'range'), high: readNumber(high, 'range') };
}
