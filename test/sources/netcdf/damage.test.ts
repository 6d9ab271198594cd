import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CorruptionError,
  describeError,
  TilecurveError,
  UnsupportedError,
} from '../../../src/errors/index.js';
import { doubles, type HeaderPlan, headerBytes, type VariablePlan } from './classic-writer.js';
import { fixture, openFile, readWindow } from './fixtures.js';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tilecurve-netcdf-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function store(bytes: Uint8Array): Promise<string> {
  const path = join(directory, 'file.nc');
  await writeFile(path, bytes);
  return path;
}

async function readAll(path: string, parameters?: readonly string[]): Promise<unknown> {
  const source = await openFile(path, parameters);
  try {
    const values: unknown[] = [source.grid];
    for (const parameter of source.parameters) values.push(await readWindow(source, parameter));
    return values;
  } finally {
    await source.close();
  }
}

/** What reading a file comes to: its values, or an error that a person can read in one line. */
async function outcome(bytes: Uint8Array): Promise<{ values?: unknown; error?: TilecurveError }> {
  try {
    return { values: await readAll(await store(bytes)) };
  } catch (error) {
    if (!(error instanceof TilecurveError)) throw error;
    expect(describeError(error)).not.toContain('\n');
    return { error };
  }
}

async function failure(bytes: Uint8Array): Promise<TilecurveError> {
  const { error } = await outcome(bytes);
  expect(error).toBeInstanceOf(TilecurveError);
  return error!;
}

describe.each(['classic.nc', 'data64.nc', 'lone-record.nc'])('%s', (file) => {
  it('cut at any byte is an error, unless all cells are left', async () => {
    const whole = await readFile(fixture(file));
    const values = await readAll(fixture(file));
    for (let length = 0; length < whole.length; length++) {
      const cut = await outcome(whole.subarray(0, length));
      if (cut.error === undefined) expect([length, cut.values]).toEqual([length, values]);
      else if (length > 3) expect([length, cut.error]).toEqual([length, expect.any(CorruptionError)]);
    }
  });

  it('with any bit of its header flipped is read or refused in one line', async () => {
    const whole = await readFile(fixture(file));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
        const damaged = Buffer.from(whole);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        await outcome(damaged);
      }),
      { numRuns: 180 },
    );
  });

  it('with any count of its header beyond all bounds is read or refused in one line', async () => {
    const whole = await readFile(fixture(file));
    for (let at = 4; at + 4 <= Math.min(whole.length, 400); at += 4) {
      for (const count of [0x7fffffff, 0x80000000, 0xffffffff]) {
        const damaged = Buffer.from(whole);
        damaged.writeUInt32BE(count, at);
        await outcome(damaged);
      }
    }
  });
});

const place: readonly VariablePlan[] = [
  { name: 'lat', dims: [0], type: 6, units: 'degrees_north', statedBytes: 16, begin: 1024 },
  { name: 'lon', dims: [1], type: 6, units: 'degrees_east', statedBytes: 24, begin: 1040 },
];
const cells = { name: 'a', dims: [0, 1], type: 6, statedBytes: 48, begin: 1064 };

function plan(more: Partial<HeaderPlan> & { readonly data?: Partial<VariablePlan> } = {}): HeaderPlan {
  const { data, ...members } = more;
  const dims = [
    ['lat', 2],
    ['lon', 3],
  ] as const;
  return { version: 2, dims, variables: [...place, { ...cells, ...data }], ...members };
}

function file(header: HeaderPlan): Buffer {
  const bytes = Buffer.concat([headerBytes(header), Buffer.alloc(1024)]).subarray(0, 1024);
  return Buffer.concat([bytes, doubles([10, 20, 1, 2, 3, 11, 12, 13, 14, 15, 16])]);
}

describe('a classic header', () => {
  it('that is right is read', async () => {
    const { values } = await outcome(file(plan()));
    expect((values as unknown[])[1]).toEqual([11, 12, 13, 14, 15, 16]);
  });

  it('is refused when it contradicts itself', async () => {
    const wrong: Partial<VariablePlan>[] = [
      { begin: 1063 },
      { begin: 1040 },
      { begin: 8 },
      { statedBytes: 40 },
      { dims: [0, 2] },
      { type: 7 },
      { type: 0 },
      { name: 'lat' },
      { name: '' },
      { name: 'a\0b' },
    ];
    for (const data of wrong) expect(await failure(file(plan({ data })))).toBeInstanceOf(CorruptionError);
  });

  it('is refused when it has two record dimensions, or one that is not the first', async () => {
    const dims: [string, number][] = [
      ['lat', 2],
      ['lon', 0],
    ];
    expect(await failure(file(plan({ dims })))).toBeInstanceOf(CorruptionError);
    expect(await failure(file(plan({ dims: [...dims, ['more', 0]] })))).toBeInstanceOf(CorruptionError);
  });

  it('with more entries than are ever needed is refused before they are read', async () => {
    const dims = Array.from({ length: 10_001 }, (_, i): [string, number] => [`d${i}`, 1]);
    expect(await failure(headerBytes(plan({ dims })))).toBeInstanceOf(UnsupportedError);
  });

  it('longer than the first read is read', async () => {
    const many = Array.from({ length: 3000 }, (_, i): [string, number] => [`dimension-${i}`, 1]);
    const shifted = (variable: VariablePlan) => ({ ...variable, begin: variable.begin + 200_000 });
    const header = plan({ dims: [...plan().dims, ...many], variables: plan().variables.map(shifted) });
    const bytes = Buffer.alloc(201_024 + 88);
    headerBytes(header).copy(bytes);
    file(plan()).copy(bytes, 201_024, 1024);
    expect(((await outcome(bytes)).values as unknown[])[1]).toEqual([11, 12, 13, 14, 15, 16]);
  });

  it('of an unknown version is refused by its number', async () => {
    const bytes = file(plan());
    bytes[3] = 3;
    const error = await failure(bytes);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.fields).toMatchObject({ found: 3 });
  });
});

describe('records of a classic file', () => {
  it('are counted when the writer did not', async () => {
    for (const name of ['classic.nc', 'data64.nc']) {
      const bytes = await readFile(fixture(name));
      bytes.fill(0xff, 4, name === 'data64.nc' ? 12 : 8);
      expect(await readAll(await store(bytes))).toEqual(await readAll(fixture(name)));
    }
  });

  it('that are not there are damage', async () => {
    const bytes = await readFile(fixture('classic.nc'));
    bytes.writeUInt32BE(5, 4);
    expect(await failure(bytes)).toBeInstanceOf(CorruptionError);
  });

  it('may be none, for which there is nothing to read', async () => {
    const bytes = await readFile(fixture('classic.nc'));
    bytes.writeUInt32BE(0, 4);
    expect(await failure(bytes)).toBeInstanceOf(UnsupportedError);
  });
});

describe('offsets', () => {
  it.each([2, 5] as const)('beyond 4 GB are read in version %d', async (version) => {
    const begin = 6 * 2 ** 30;
    const path = await store(file(plan({ version, data: { begin } })));
    // A file with a hole takes no room.
    const handle = await open(path, 'r+');
    await handle.write(doubles([1, 2, 3, 4, 5, 6]), 0, 48, begin);
    await handle.close();
    expect(((await readAll(path)) as unknown[])[1]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('an HDF5 file', () => {
  it('cut anywhere is damage', async () => {
    const whole = await readFile(fixture('chunked.nc'));
    for (const share of [0.01, 0.1, 0.3, 0.6, 0.9, 0.999]) {
      const error = await failure(whole.subarray(0, Math.floor(whole.length * share)));
      expect([share, error]).toEqual([share, expect.any(CorruptionError)]);
    }
  });

  it('with flipped bits is read or refused in one line', async () => {
    const whole = await readFile(fixture('chunked.nc'));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
        const damaged = Buffer.from(whole);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        await outcome(damaged);
      }),
      { numRuns: 10, seed: 20261120 },
    );
  });

  it('with damaged cells is damage where they have a checksum', async () => {
    const whole = await readFile(fixture('chunked.nc'));
    // The first two bytes of a deflate stream, as the NetCDF library writes them at level 4.
    const at = whole.indexOf(Buffer.from([0x78, 0x5e]));
    expect(at).toBeGreaterThan(0);
    whole[at + 8]! ^= 0x10;
    expect(await failure(whole)).toBeInstanceOf(CorruptionError);
  });

  it('never loses a coordinate to damage without a word', async () => {
    const whole = await readFile(fixture('user-block.h5'));
    const header = Buffer.from('OHDR');
    let damaged = 0;
    for (let at = whole.indexOf(header); at >= 0; at = whole.indexOf(header, at + 1), damaged++) {
      const bytes = Buffer.from(whole);
      bytes[at + 9]! ^= 4;
      expect(await failure(bytes)).toBeInstanceOf(CorruptionError);
    }
    expect(damaged).toBe(4);
  });

  it('is found behind a block of its user', async () => {
    const whole = await readFile(fixture('user-block.h5'));
    expect(whole.subarray(0, 8).equals(Buffer.alloc(8))).toBe(true);
    whole.fill('not what it looks like', 0, 1024);
    const { values } = await outcome(whole);
    expect((values as unknown[])[1]).toHaveLength(15);
  });
});
