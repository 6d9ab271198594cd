import { describeError, TilecurveError } from '../../../src/errors/index.js';

/** Throws: an Error unless this one is of the class for a refusing environment, with the file and the code. */
export function requireNamed(error: unknown, { root, code }: { root: string; code: string }): void {
  const isOurs = error instanceof TilecurveError && error.code === 'UNAVAILABLE';
  if (!isOurs) throw new Error(`not a named error: ${error}`, { cause: error });
  const { path, cause } = error.fields;
  const isNamed = typeof path === 'string' && path.startsWith(root) && cause === code;
  if (!isNamed) throw new Error(`names neither file nor cause: ${describeError(error)}`);
}

/** The same failure with the place where it can be had again. */
export function failureAt(where: string, error: unknown): Error {
  return new Error(`${where}: ${error instanceof Error ? error.message : error}`, { cause: error });
}
