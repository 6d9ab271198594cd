import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import type { LayerReader } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import { type ColourRange, speedRange } from '../render/index.js';

type Parameters = readonly [Parameter, ...Parameter[]];

/**
 * The parameters of a tile: their names with commas between, the layer's first when a tile of one names none.
 *
 * Throws: NotFoundError for a layer without parameters; InvalidArgumentError for an unknown one, for too few or too many, and
 * for components of a vector that do not have the same axes.
 */
export function selectParameters(
  { manifest }: Pick<LayerReader, 'manifest'>,
  text: string | undefined,
  count: number,
): Parameters {
  const known = manifest.parameters.map(({ id }) => id);
  const parameterOf = (id: string) => find(manifest.parameters, id);
  if (text === undefined && count === 1) return [parameterOf(firstOf(known, manifest.layer))];
  // The name of one parameter may have a comma in it.
  const names = text === undefined ? [] : count === 1 && known.includes(text) ? [text] : text.split(',');
  const [first, ...others] = names;
  if (first === undefined || names.length !== count) {
    throw new InvalidArgumentError('a style is drawn from another number of parameters', {
      parameter: 'parameter',
      found: text?.slice(0, 200) ?? 'none',
      allowed:
        count === 1 ? 'one parameter' : 'two parameters, of the wind to the east and to the north: u,v',
      known,
    });
  }
  const parameter = parameterOf(first);
  return [parameter, ...others.map((name) => sameAxes(parameter, parameterOf(name)))];
}

function find(parameters: readonly Parameter[], id: string): Parameter {
  const found = parameters.find((parameter) => parameter.id === id);
  if (found !== undefined) return found;
  throw new InvalidArgumentError('no such parameter', {
    parameter: 'parameter',
    found: id.slice(0, 60),
    known: parameters.map((parameter) => parameter.id).join(', '),
  });
}

/** From the whole layer, never from the tile: neighbours must agree on their colours. Of two parameters that of speeds. */
export function storedRange(
  { manifest }: Pick<LayerReader, 'manifest'>,
  parameters: Parameters,
): ColourRange | undefined {
  const [first, second] = parameters.map(({ id }) => {
    const statistics = Object.hasOwn(manifest.statistics, id) ? manifest.statistics[id] : undefined;
    return statistics && { low: statistics.min, high: statistics.max };
  });
  if (parameters.length === 1) return first;
  return first && second && speedRange(first, second);
}

function sameAxes(first: Parameter, other: Parameter): Parameter {
  if (first.axes.length === other.axes.length && first.axes.every((axis) => other.axes.includes(axis)))
    return other;
  throw new InvalidArgumentError('both components of a wind have the same axes', {
    parameter: other.id,
    found: other.axes,
    allowed: first.axes,
  });
}

function firstOf([first]: readonly string[], layer: string): string {
  if (first === undefined) throw new NotFoundError('the layer has no parameter', { layer });
  return first;
}
