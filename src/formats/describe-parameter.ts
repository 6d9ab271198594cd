import { integerLimits, type Parameter } from '../raster/index.js';
import type { CoverageParameter } from './coverage.js';

const MAX_DECIMALS = 12;
/** Integers up to here are float32 numbers. */
const LARGEST_EXACT = 2 ** 24;
/** A layer's parameter as encoders want it. */
export function describeParameter(parameter: Parameter): CoverageParameter {
  const { id, title, unit, standardName, attributes } = parameter;
  const { description, comment } = attributes;
  const text = typeof description === 'string' ? description : comment;
  return {
    id,
    title,
    ...(typeof text === 'string' && { description: text }),
    ...(unit !== undefined && { unit }),
    ...(standardName !== undefined && { standardName }),
    ...numberForm(parameter),
  };
}

function numberForm(parameter: Parameter): Pick<CoverageParameter, 'dataType' | 'precision'> {
  const { type, scale, offset } = parameter;
  const isFloat = type === 'float32' || type === 'float64';
  if (!isFloat && Number.isInteger(scale) && Number.isInteger(offset)) {
    const largest = Math.max(...integerLimits[type].map((limit) => Math.abs(limit * scale + offset)));
    return { dataType: 'integer', precision: largest <= LARGEST_EXACT ? 'float32' : 'float64' };
  }
  if (isFloat && scale === 1 && offset === 0) return { dataType: 'float', precision: type };
  const decimals = isFloat ? Number.POSITIVE_INFINITY : Math.max(decimalsOf(scale), decimalsOf(offset));
  return { dataType: 'float', precision: decimals <= MAX_DECIMALS ? { decimals } : 'float64' };
}

/** Decimals in the shortest text of a number: 2 for 0.01. */
function decimalsOf(value: number): number {
  const match = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  return Math.max(0, (match?.[1]?.length ?? 0) - Number(match?.[2] ?? 0));
}
