import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { crc32c } from '../../src/bytes/index.js';
import {
  CorruptionError,
  describeError,
  InvalidArgumentError,
  NotFoundError,
  TilecurveError,
  UnsupportedError,
} from '../../src/errors/index.js';
import { openSource } from '../../src/sources/index.js';
import {
  type ArrayPlan,
  bytesOf,
  makeDirectory,
  places,
  removeDirectories,
  type StorePlan,
  writeBytes,
  writeJson,
  writeV2,
  writeV3,
} from './zarr-writer.js';

const options = { maxChunkBytes: 1024 * 1024 };
const cells = [1, 2, 3, 4, 5, 6];
const little = { name: 'bytes', configuration: { endian: 'little' } };

afterAll(removeDirectories);

function grid(data: Partial<ArrayPlan>): StorePlan {
  return { ...places, a: { dims: ['lat', 'lon'], shape: [2, 3], ...data } };
}

async function failure(attempt: Promise<unknown>): Promise<TilecurveError> {
  const error = await attempt.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(TilecurveError);
  expect(describeError(error)).not.toContain('\n');
  return error as TilecurveError;
}

async function openAndRead(path: string): Promise<number[]> {
  const source = await openSource(path, options);
  const parameter = source.parameters[0]!;
  return Array.from(
    (await source.read(parameter, { start: parameter.shape.map(() => 0), end: parameter.shape })).cells,
  );
}

async function damage(data: Partial<ArrayPlan>, format: 2 | 3 = 2): Promise<TilecurveError> {
  return failure(openAndRead(await (format === 2 ? writeV2 : writeV3)(grid(data))));
}

describe('what is no Zarr store', () => {
  it('is named by what it looks like', async () => {
    const path = await makeDirectory();
    await writeBytes(path, 'a.grib', Buffer.from('GRIB....7777'));
    const grib = await failure(openSource(join(path, 'a.grib'), options));
    expect(grib).toBeInstanceOf(UnsupportedError);
    expect(grib.fields.looksLike).toContain('GRIB');
    expect(await failure(openSource(path, options))).toBeInstanceOf(UnsupportedError);
    expect(await failure(openSource(join(path, 'none'), options))).toBeInstanceOf(NotFoundError);
    expect(await failure(openSource('https://example.org/a.zarr', options))).toBeInstanceOf(UnsupportedError);
  });
});

describe('damaged chunks', () => {
  it('refuses a raw chunk of any other length', async () => {
    for (const length of [0, 1, 47, 49])
      expect(await damage({ files: { '0.0': new Uint8Array(length) } })).toBeInstanceOf(CorruptionError);
  });

  it.each([
    ['gzip', gzipSync(bytesOf(cells))],
    ['zlib', deflateSync(bytesOf(cells))],
    ['lz4', Buffer.concat([Buffer.from([48, 0, 0, 0, 0xf0, 33]), bytesOf(cells)])],
    ['zstd', Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 48, 0x81, 1, 0]), bytesOf(cells)])],
    [
      'blosc',
      Buffer.concat([Buffer.from([2, 1, 2, 8, 48, 0, 0, 0, 48, 0, 0, 0, 64, 0, 0, 0]), bytesOf(cells)]),
    ],
  ] as const)('refuses %s cut off anywhere', async (id, bytes) => {
    const path = await writeV2(grid({ document: { compressor: { id } } }));
    for (let length = 0; length < bytes.length; length++) {
      await writeBytes(path, 'a/0.0', bytes.subarray(0, length));
      expect(await failure(openAndRead(path))).toBeInstanceOf(CorruptionError);
    }
    await writeBytes(path, 'a/0.0', bytes);
    expect(await openAndRead(path)).toEqual(cells);
  });

  it.each([
    ['gzip', gzipSync(new Uint8Array(100_000_000))],
    ['zlib', deflateSync(new Uint8Array(100_000_000))],
    // A run-length block of 1 GiB declared and one undeclared, an lz4 and a blosc header.
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 64, 3, 0, 0, 7])],
    [
      'zstd',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x98, ...Array(8).fill([2, 0, 16, 7]).flat(), 3, 0, 16, 7]),
    ],
    ['lz4', Buffer.from([0, 0, 0, 127, 0x1f, 0, 1, 0, 255, 255, 255])],
    ['blosc', Buffer.from([2, 1, 0, 8, 0, 0, 0, 127, 0, 0, 1, 0, 20, 0, 0, 0, 16, 0, 0, 0])],
  ] as const)('refuses a %s bomb', async (id, bytes) => {
    const files = { '0.0': bytes };
    const before = process.memoryUsage().rss;
    const error = await damage({ files, document: { compressor: { id } } });
    expect(error).toBeInstanceOf(CorruptionError);
    expect(error.fields).toMatchObject({ array: 'a', chunk: 'a/0.0' });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('refuses every flipped bit of a chunk with a checksum', async () => {
    const codecs = [little, { name: 'crc32c' }];
    const raw = bytesOf(cells);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32c(raw));
    const chunk = Buffer.concat([raw, checksum]);
    const path = await writeV3(grid({ document: { codecs }, files: { 'c/0/0': chunk } }));
    expect(await openAndRead(path)).toEqual(cells);
    for (let bit = 0; bit < chunk.length * 8; bit += 5) {
      const flipped = Buffer.from(chunk);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      await writeBytes(path, 'a/c/0/0', flipped);
      expect(await failure(openAndRead(path))).toBeInstanceOf(CorruptionError);
    }
  });

  it('refuses a shard index that points outside the file, or is damaged itself', async () => {
    const configuration = { chunk_shape: [2, 3], codecs: [little], index_codecs: [little] };
    const document = { codecs: [{ name: 'sharding_indexed', configuration }] };
    const shard = (offset: bigint, length: bigint) => {
      const index = Buffer.alloc(16);
      index.writeBigUInt64LE(offset, 0);
      index.writeBigUInt64LE(length, 8);
      return Buffer.concat([bytesOf(cells), index]);
    };
    const read = async (bytes: Uint8Array) =>
      openAndRead(await writeV3(grid({ document, files: { 'c/0/0': bytes } })));
    expect(await read(shard(0n, 48n))).toEqual(cells);
    for (const [offset, length] of [
      [0n, 49n],
      [48n, 48n],
      [2n ** 62n, 48n],
      [0n, 2n ** 63n],
      [2n ** 64n - 1n, 48n],
    ] as const)
      expect(await failure(read(shard(offset, length)))).toBeInstanceOf(CorruptionError);
    expect(await failure(read(bytesOf([1])))).toBeInstanceOf(CorruptionError);
    const checked = { ...configuration, index_codecs: [little, { name: 'crc32c' }] };
    const bad = Buffer.concat([shard(0n, 48n), Buffer.alloc(4)]);
    const plan = {
      document: { codecs: [{ name: 'sharding_indexed', configuration: checked }] },
      files: { 'c/0/0': bad },
    };
    expect(await damage(plan, 3)).toBeInstanceOf(CorruptionError);
  });

  it('refuses a chunk that is missing where nothing says what it holds', async () => {
    expect(await damage({})).toBeInstanceOf(CorruptionError);
  });

  it('refuses a chunk file far larger than its content can be', async () => {
    const files = { '0.0': new Uint8Array(1_000_000) };
    expect(await damage({ files, document: { compressor: { id: 'zstd' } } })).toBeInstanceOf(CorruptionError);
  });
});

describe('hostile metadata', () => {
  const outlines: readonly [
    string,
    Record<string, unknown>,
    typeof CorruptionError | typeof UnsupportedError,
  ][] = [
    ['a negative chunk', { chunks: [2, -3] }, CorruptionError],
    ['a fraction of a chunk', { chunks: [2, 1.5] }, CorruptionError],
    ['a shape of text', { shape: '23' }, CorruptionError],
    ['too few chunks', { chunks: [6] }, CorruptionError],
    ['more cells than can be counted', { shape: [2 ** 50, 2 ** 50] }, UnsupportedError],
    ['chunks larger than the memory', { chunks: [2 ** 20, 2 ** 10] }, UnsupportedError],
    ['an empty dimension', { shape: [0, 3] }, UnsupportedError],
    ['an unknown order', { order: 'Z' }, CorruptionError],
    ['an unknown separator', { dimension_separator: '..' }, CorruptionError],
    ['a codec that is no object', { compressor: 'zstd' }, CorruptionError],
    ['lzma', { compressor: { id: 'lzma' } }, UnsupportedError],
    ['half floats', { dtype: '<f2' }, UnsupportedError],
    ['int64 data', { dtype: '<i8' }, UnsupportedError],
    ['complex numbers', { dtype: '<c8' }, UnsupportedError],
    ['text data', { dtype: '<U4' }, UnsupportedError],
    ['datetime64', { dtype: '<M8[ns]' }, UnsupportedError],
    ['structured types', { dtype: [['a', '<f4']] }, UnsupportedError],
    ['another version', { zarr_format: 4 }, CorruptionError],
    ['a fill value of another type', { dtype: '<i2', fill_value: 1.5 }, CorruptionError],
  ];
  it.each(outlines)('refuses %s', async (_, document, Kind) => {
    const error = await damage({ cells, document });
    expect(error).toBeInstanceOf(Kind);
    expect(JSON.stringify(error.fields)).toContain('a');
  });

  it('says what a chunk decodes to and what is allowed', async () => {
    const { fields } = await damage({ document: { shape: [2, 3], chunks: [1000, 1000] } });
    expect(fields).toMatchObject({ parameter: 'a', decodedBytes: 8_000_000, allowedBytes: 1024 * 1024 });
  });

  it.each([
    ['unknown codecs', { codecs: [little, { name: 'pcodec' }] }, UnsupportedError],
    ['no bytes codec', { codecs: [] }, CorruptionError],
    ['a transpose that is no permutation', { codecs: [transpose([0, 0]), little] }, CorruptionError],
    ['two transposes', { codecs: [transpose([1, 0]), transpose([1, 0]), little] }, UnsupportedError],
    ['other chunk grids', { chunk_grid: { name: 'rectilinear', configuration: {} } }, UnsupportedError],
    ['members it must understand', { secret: { name: 'x' } }, UnsupportedError],
    ['shards that chunks do not divide', { codecs: [sharding([2, 2])] }, CorruptionError],
    ['a chunk of the shard without limit', { codecs: [sharding([0, 1])] }, UnsupportedError],
    ['data types with a configuration', { data_type: { name: 'numpy.datetime64' } }, UnsupportedError],
    ['strings', { data_type: 'string', codecs: [{ name: 'vlen-utf8' }] }, UnsupportedError],
  ] as const)('refuses %s in version 3', async (_, document, Kind) => {
    expect(await damage({ cells, document }, 3)).toBeInstanceOf(Kind);
  });

  it('refuses large and deep attributes, and what is not JSON', async () => {
    const large = await damage({ cells, attributes: { history: 'x'.repeat(10_000_000) } });
    expect(large).toBeInstanceOf(UnsupportedError);
    const path = await writeV2(grid({ cells }));
    await writeBytes(path, 'a/.zattrs', Buffer.from(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`));
    expect(await failure(openSource(path, options))).toBeInstanceOf(UnsupportedError);
    for (const text of ['', '{', '[]', 'null', '{"a": nan}', '\xff']) {
      await writeBytes(path, 'a/.zattrs', Buffer.from(text, 'latin1'));
      const error = await failure(openSource(path, options));
      expect(error).toBeInstanceOf(CorruptionError);
      expect(error.fields.file).toBe('a/.zattrs');
    }
  });

  it('refuses consolidated metadata that the arrays contradict', async () => {
    const path = await writeV2(grid({ cells }));
    const array = { shape: [9, 9], chunks: [9, 9], dtype: '<f8', compressor: null, order: 'C' };
    const metadata = {
      'a/.zarray': { ...array, zarr_format: 2, filters: null, fill_value: null },
      'a/.zattrs': { _ARRAY_DIMENSIONS: ['lat', 'lon'] },
    };
    await writeJson(path, '.zmetadata', { zarr_consolidated_format: 1, metadata });
    expect(await failure(openSource(path, options))).toBeInstanceOf(CorruptionError);
    await rm(join(path, 'a'), { recursive: true });
    expect(await failure(openSource(path, options))).toBeInstanceOf(CorruptionError);
  });

  it('answers any change of a metadata member with data or an error of its own', async () => {
    const base = {
      zarr_format: 2,
      shape: [2, 3],
      chunks: [2, 3],
      dtype: '<f8',
      compressor: null,
      fill_value: 0,
      order: 'C',
      filters: null,
      dimension_separator: '.',
    };
    const path = await writeV2(grid({ cells }));
    const member = fc.constantFrom(...Object.keys(base));
    await fc.assert(
      fc.asyncProperty(member, fc.jsonValue({ maxDepth: 3 }), async (name, value) => {
        await writeJson(path, 'a/.zarray', { ...base, [name]: value });
        await openAndRead(path).catch((error: unknown) => void expect(error).toBeInstanceOf(TilecurveError));
      }),
      { numRuns: 180 },
    );
  });

  it('answers any change of a version 3 member likewise', async () => {
    const base = {
      zarr_format: 3,
      node_type: 'array',
      shape: [2, 3],
      data_type: 'float64',
      chunk_grid: { name: 'regular', configuration: { chunk_shape: [2, 3] } },
      chunk_key_encoding: { name: 'default' },
      fill_value: 0,
      codecs: [sharding([2, 3])],
      attributes: {},
      dimension_names: ['lat', 'lon'],
    };
    const path = await writeV3(grid({ cells }));
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(
        fc.record({
          name: fc.constantFrom('transpose', 'bytes', 'zstd', 'crc32c'),
          configuration: fc.object(),
        }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(base)), value, async (name, changed) => {
        await writeJson(path, 'a/zarr.json', { ...base, [name]: changed });
        await openAndRead(path).catch((error: unknown) => void expect(error).toBeInstanceOf(TilecurveError));
      }),
      { numRuns: 180 },
    );
  });
});

describe('the jail', () => {
  it('refuses names that leave the store', async () => {
    const path = await writeV2(grid({ cells }));
    const outside = await writeV2(grid({ cells }));
    const metadata = { '../secret/.zarray': {}, '../.zarray': { shape: [1], chunks: [1] } };
    await writeJson(path, '.zmetadata', { zarr_consolidated_format: 1, metadata });
    expect(await failure(openSource(path, options))).toBeInstanceOf(UnsupportedError);
    await rm(join(path, '.zmetadata'));
    await rm(join(path, 'a/0.0'));
    await symlink(join(outside, 'a/0.0'), join(path, 'a/0.0'));
    expect(await failure(openAndRead(path))).toBeInstanceOf(UnsupportedError);
    await rm(join(path, 'a/0.0'));
    await symlink(join(path, 'nothing'), join(path, 'a/0.0'));
    expect(await failure(openAndRead(path))).toBeInstanceOf(CorruptionError);
  });

  it('looks nothing up by the name of a dimension', async () => {
    const data = { ...places, a: { dims: ['../../etc', 'lat', 'lon'], shape: [1, 2, 3], cells } };
    const source = await openSource(await writeV2(data), options);
    expect(source.grid.custom.map((axis) => axis.name)).toEqual(['../../etc']);
  });

  it('takes a folder in the place of a chunk for damage', async () => {
    const path = await writeV2(grid({ files: { '0.0/x': bytesOf([1]) } }));
    expect(await failure(openAndRead(path))).toBeInstanceOf(CorruptionError);
  });
});

describe('reading', () => {
  it('refuses windows outside the parameter and parameters of other sources', async () => {
    const source = await openSource(await writeV2(grid({ cells })), options);
    const [parameter] = source.parameters;
    for (const [start, end] of [
      [
        [0, 0],
        [3, 3],
      ],
      [
        [0, 0],
        [0, 3],
      ],
      [
        [-1, 0],
        [1, 1],
      ],
      [[0], [1]],
    ] as const)
      expect(await failure(source.read(parameter!, { start, end }))).toBeInstanceOf(InvalidArgumentError);
  });

  it('stops when told to, with the reason it was given', async () => {
    const path = await writeV2(grid({ cells }));
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(openSource(path, { ...options, signal })).rejects.toBe(reason);
    const source = await openSource(path, options);
    const window = { start: [0, 0], end: [2, 3] };
    await expect(source.read(source.parameters[0]!, window, signal)).rejects.toBe(reason);
  });
});

function transpose(order: readonly number[]) {
  return { name: 'transpose', configuration: { order } };
}

function sharding(chunk_shape: readonly number[]) {
  return {
    name: 'sharding_indexed',
    configuration: { chunk_shape, codecs: [little], index_codecs: [little] },
  };
}
