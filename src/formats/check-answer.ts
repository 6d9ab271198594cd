import { InvalidArgumentError } from '../errors/index.js';
import type { CoverageAnswer, CoverageParameter, CoverageRange } from './coverage.js';

/** Throws InvalidArgumentError unless an answer has one coverage, or is a collection of at least one. */
export function checkAnswer({ coverages, isCollection }: CoverageAnswer): void {
  if (coverages.length === 1 || (isCollection && coverages.length > 1)) return;
  throw new InvalidArgumentError('an answer has one coverage, or is a collection of at least one', {
    coverages: coverages.length,
  });
}

/** What an answer says of the parameter of a range. Throws: InvalidArgumentError when it says nothing. */
export function parameterOf({ parameters }: CoverageAnswer, range: CoverageRange): CoverageParameter {
  const parameter = parameters.find((one) => one.id === range.parameter);
  if (parameter !== undefined) return parameter;
  throw new InvalidArgumentError('a range names a parameter that the answer does not describe', {
    parameter: range.parameter,
  });
}

/** How many values a range states to have. */
export function cellsOf({ shape }: CoverageRange): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The error for a range that has more or fewer values than its shape says. */
export function wrongCount({ parameter, shape }: CoverageRange, found: number): InvalidArgumentError {
  return new InvalidArgumentError('the values of a range must fill its shape', { parameter, shape, found });
}
