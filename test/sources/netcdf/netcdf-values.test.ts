import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { NetCDFReader } from 'netcdfjs';
import { describe, expect, it } from 'vitest';
import { coordinatesOf, expectations, fixture, openFile, readWindow } from './fixtures.js';

describe.each(expectations)('$file', ({ file, axes, parameters }) => {
  const names = Object.keys(parameters);

  it('has the axes it was written with', async () => {
    const source = await openFile(fixture(file), names);
    for (const [axis, values] of Object.entries(axes))
      expect([axis, coordinatesOf(source.grid, axis)]).toEqual([axis, values]);
    await source.close();
  });

  it('has the values it was written with', async () => {
    const source = await openFile(fixture(file), names);
    for (const parameter of source.parameters) {
      const { dims, shape, values } = parameters[parameter.id]!;
      expect([parameter.dims, parameter.shape]).toEqual([dims, shape]);
      expect([parameter.id, await readWindow(source, parameter)]).toEqual([parameter.id, values]);
    }
    expect(source.parameters.map(({ id }) => id).sort()).toEqual([...names].sort());
    await source.close();
  });

  it('reads any window as that part of the whole', async () => {
    const source = await openFile(fixture(file), names);
    const windows = fc
      .constantFrom(...source.parameters)
      .chain((parameter) =>
        fc.tuple(
          fc.constant(parameter),
          fc.tuple(
            ...parameter.shape.map((length) =>
              fc
                .tuple(fc.nat(length - 1), fc.nat(length - 1))
                .map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1]),
            ),
          ),
        ),
      );
    await fc.assert(
      fc.asyncProperty(windows, async ([parameter, spans]) => {
        const window = { start: spans.map(([a]) => a!), end: spans.map(([, b]) => b!) };
        const { shape, values } = parameters[parameter.id]!;
        expect(await readWindow(source, parameter, window)).toEqual(partOf(values, shape, window));
      }),
      { numRuns: 40 },
    );
    await source.close();
  });
});

function partOf<T>(
  values: readonly T[],
  shape: readonly number[],
  { start, end }: { readonly start: readonly number[]; readonly end: readonly number[] },
): T[] {
  return values.filter((_, i) => {
    let rest = i;
    return shape.every((_length, d) => {
      const inner = shape.slice(d + 1).reduce((product, length) => product * length, 1);
      const at = Math.floor(rest / inner);
      rest %= inner;
      return at >= start[d]! && at < end[d]!;
    });
  });
}

describe('attributes', () => {
  it('are kept as written: text in UTF-8, numbers, lists', async () => {
    for (const file of ['classic.nc', 'offset64.nc', 'records4.nc']) {
      const source = await openFile(fixture(file), ['t2m', 'flag']);
      expect(source.title).toBe('records');
      expect(source.attributes).toEqual({ title: 'records', numbers: [1.5, 2.5] });
      expect(source.parameters.map(({ title, unit, attributes }) => [title, unit, attributes])).toEqual([
        ['température à 2 m', 'K', {}],
        ['flag', undefined, { flag_values: [0, 1, 2] }],
      ]);
      await source.close();
    }
    const chunked = await openFile(fixture('chunked.nc'), ['t2m']);
    expect(chunked.title).toBe('Überblick');
    expect(chunked.parameters[0]).toMatchObject({
      title: 'température à 2 m',
      attributes: { levels: [1.5, 2.5], count: 7 },
    });
    await chunked.close();
  });

  it('are no part of the machinery of NetCDF-4', async () => {
    const source = await openFile(fixture('chunked.nc'));
    const names = source.parameters.flatMap(({ attributes }) => Object.keys(attributes));
    expect(new Set(names)).toEqual(new Set(['levels', 'count']));
    await source.close();
  });

  it('of scalar coordinates belong to the source', async () => {
    for (const file of ['members.nc', 'members4.nc']) {
      const source = await openFile(fixture(file));
      expect(source.attributes).toEqual({ time: '2020-01-02T06:00:00Z', height: { value: 2, units: 'm' } });
      expect(source.grid.referenceTime?.instant).toBe(Date.UTC(2020, 0, 2, 6));
      await source.close();
    }
  });
});

describe('chunks', () => {
  it('are those of the file, and whole planes where it has none', async () => {
    const chunked = await openFile(fixture('chunked.nc'));
    expect(Object.fromEntries(chunked.parameters.map(({ id, chunkShape }) => [id, chunkShape]))).toEqual({
      t2m: [3, 2, 2],
      big: [1, 3, 5],
      short: [1, 3, 5],
      orog: [3, 5],
    });
    await chunked.close();
    const classic = await openFile(fixture('classic.nc'), ['t2m']);
    expect(classic.parameters[0]?.chunkShape).toEqual([1, 3, 5]);
    await classic.close();
  });
});

describe('headers of classic files', () => {
  it.each(['classic.nc', 'offset64.nc', 'lone-record.nc', 'members.nc'])(
    '%s reads as by netcdfjs',
    async (file) => {
      const other = new NetCDFReader(readFileSync(fixture(file)));
      const source = await openFile(fixture(file));
      for (const { id, dims, shape } of source.parameters) {
        const variable = other.variables.find(({ name }) => name === id)!;
        expect(dims).toEqual(variable.dimensions.map((at) => other.dimensions[at]!.name));
        const records = other.recordDimension.length;
        expect(shape).toEqual(variable.dimensions.map((at) => other.dimensions[at]!.size || records));
      }
      await source.close();
    },
  );
});
