import { describe, expect, it } from 'vitest';
import {
  CorruptionError,
  describeError,
  InvalidArgumentError,
  TilecurveError,
  UnavailableError,
  UnsupportedError,
} from '../../../src/errors/index.js';
import { openSource } from '../../../src/sources/index.js';
import { fixture, openFile, readWindow } from './fixtures.js';

async function failure(attempt: Promise<unknown>): Promise<TilecurveError> {
  const error = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(TilecurveError);
  expect(describeError(error)).not.toContain('\n');
  return error as TilecurveError;
}

async function readOne(id: string): Promise<unknown> {
  const source = await openFile(fixture('refusals.h5'), [id]);
  try {
    return await readWindow(source, source.parameters[0]!);
  } finally {
    await source.close();
  }
}

describe('variables of HDF5 files that cannot be read', () => {
  it.each([
    ['half', { dtype: 'float16' }],
    ['int64', { dtype: 'int64' }],
    ['bool', { dtype: 'enum' }],
    ['compound', { dtype: 'compound' }],
    ['reference', { dtype: 'reference' }],
    ['lzf', { filter: 'lzf', id: 32000 }],
    ['scaleoffset', { filter: 'scaleoffset' }],
    ['zstd', { filter: 'zstd', id: 32015 }],
    ['virtual', {}],
  ])('%s is refused by name', async (id, fields) => {
    const error = await failure(readOne(id));
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.fields).toMatchObject({ array: id, ...fields });
  });

  it('leave those beside them readable', async () => {
    expect(await readOne('good')).toHaveLength(15);
    expect(await readOne('plugin')).toHaveLength(15);
  });

  it('are named when all are asked for, with those that would do', async () => {
    const error = await failure(openFile(fixture('refusals.h5')));
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(String(error.fields.hint)).toContain('good');
  });

  it('never lead to another file', async () => {
    const error = await failure(readOne('outside'));
    expect(error).toBeInstanceOf(CorruptionError);
    expect(error.fields).toMatchObject({ array: 'outside' });
    expect(await failure(readOne('elsewhere'))).toBeInstanceOf(InvalidArgumentError);
  });
});

describe('HDF5 files', () => {
  it('with nothing but groups are refused naming them', async () => {
    const error = await failure(openFile(fixture('groups.nc')));
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.fields).toMatchObject({ groups: 'inner' });
  });

  it('with chunks larger than the memory allows are refused before they are read', async () => {
    const error = await failure(
      openSource(fixture('chunked.nc'), { maxChunkBytes: 20, parameters: ['t2m', 'big'] }),
    );
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.fields).toMatchObject({ parameter: 't2m', decodedBytes: 24, allowedBytes: 20 });
  });

  it('that are closed are no longer read', async () => {
    const source = await openFile(fixture('chunked.nc'), ['big']);
    await source.close();
    expect(await failure(readWindow(source, source.parameters[0]!))).toBeInstanceOf(UnavailableError);
  });

  it('are not read for a caller who has gone', async () => {
    const source = await openFile(fixture('chunked.nc'), ['big']);
    const parameter = source.parameters[0]!;
    const window = { start: [0, 0, 0], end: [1, 1, 1] };
    const reason = new Error('gone');
    await expect(source.read(parameter, window, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(await readWindow(source, parameter, window)).toHaveLength(1);
    await source.close();
  });
});

describe('NetCDF classic files', () => {
  it('have windows checked against the parameter', async () => {
    const source = await openFile(fixture('classic.nc'), ['t2m']);
    const outside = { start: [0, 0, 0], end: [5, 1, 1] };
    expect(await failure(source.read(source.parameters[0]!, outside))).toBeInstanceOf(InvalidArgumentError);
    await source.close();
  });
});
