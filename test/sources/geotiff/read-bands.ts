import { expect } from 'vitest';
import { describeError, TilecurveError } from '../../../src/errors/index.js';
import { openSource, type Source } from '../../../src/sources/index.js';

export const options = { maxChunkBytes: 64 * 1024 * 1024 };

/** The error that an attempt ends in: one of ours, on one line. */
export async function failure(attempt: Promise<unknown>): Promise<TilecurveError> {
  const error = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(TilecurveError);
  expect(describeError(error)).not.toContain('\n');
  return error as TilecurveError;
}

/** All cells of all bands, as they are stored. */
export async function readAll(source: Source): Promise<number[][]> {
  const bands: number[][] = [];
  for (const parameter of source.parameters) {
    const window = { start: parameter.shape.map(() => 0), end: parameter.shape };
    bands.push(Array.from((await source.read(parameter, window)).cells));
  }
  return bands;
}

/** Opens a file, reads all of it and closes it. */
export async function openAndRead(path: string): Promise<number[][]> {
  const source = await openSource(path, options);
  try {
    return await readAll(source);
  } finally {
    await source.close();
  }
}
