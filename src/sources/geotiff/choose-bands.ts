import { InvalidArgumentError } from '../../errors/index.js';
import type { OpenSourceOptions } from '../source.js';
import type { BandParameter } from './band-parameters.js';

/** The parameters that are wanted, in the order of the bands. Throws: InvalidArgumentError for an unknown name. */
export function chooseBands(
  bands: readonly BandParameter[],
  { parameters }: Pick<OpenSourceOptions, 'parameters'>,
): readonly BandParameter[] {
  if (parameters === undefined) return bands;
  const known = bands.map(({ id }) => id);
  const unknown = parameters.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError('no such parameter', { found: unknown, known });
  if (parameters.length === 0) throw new InvalidArgumentError('no parameter is asked for', { known });
  return bands.filter(({ id }) => parameters.includes(id));
}
