import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { crc32c } from '../../src/bytes/index.js';
import { openSource } from '../../src/sources/index.js';
import {
  type ArrayPlan,
  bytesOf,
  places,
  removeDirectories,
  writeBytes,
  writeJson,
  writeV2,
  writeV3,
} from './zarr-writer.js';

const options = { maxChunkBytes: 1024 * 1024 };
const cells = [1, 2, 3, 4, 5, 6];

afterAll(removeDirectories);

async function readAll(path: string, window?: { start: number[]; end: number[] }) {
  const source = await openSource(path, options);
  const parameter = source.parameters[0]!;
  const whole = { start: parameter.shape.map(() => 0), end: parameter.shape };
  return Array.from((await source.read(parameter, window ?? whole)).cells);
}

function grid(data: Partial<ArrayPlan>) {
  return { ...places, a: { dims: ['lat', 'lon'], shape: [2, 3], ...data } };
}

describe('version 2 layouts', () => {
  it.each(['<f8', '>f8', '<f4', '>f4', '<i2', '>i2', '<i4', '>i4', '|i1', '|u1', '|b1'])(
    'reads %s',
    async (dtype) => {
      const plan = dtype === '|b1' ? [1, 0, 1, 1, 0, 0] : cells;
      expect(await readAll(await writeV2(grid({ cells: plan, dtype })))).toEqual(plan);
    },
  );

  it('reads column-major chunks', async () => {
    const path = await writeV2(grid({ cells: [1, 4, 2, 5, 3, 6], document: { order: 'F' } }));
    expect(await readAll(path)).toEqual(cells);
    expect(await readAll(path, { start: [1, 1], end: [2, 3] })).toEqual([5, 6]);
  });

  it('reads windows over ragged chunks, and fills those that were never written', async () => {
    const path = await writeV2(
      grid({
        document: { chunks: [2, 2], fill_value: -1, dimension_separator: '/' },
        files: { '0/1': bytesOf([3, 99, 6, 99]) },
      }),
    );
    expect(await readAll(path)).toEqual([-1, -1, 3, -1, -1, 6]);
    expect(await readAll(path, { start: [0, 1], end: [1, 3] })).toEqual([-1, 3]);
  });

  it.each([
    ['gzip', gzipSync],
    ['zlib', deflateSync],
  ] as const)('reads %s', async (id, encode) => {
    const files = { '0.0': encode(bytesOf(cells)) };
    expect(await readAll(await writeV2(grid({ files, document: { compressor: { id } } })))).toEqual(cells);
  });

  it('reads lz4, zstd and blosc frames', async () => {
    const raw = bytesOf(cells);
    // Literals only: 48 bytes are 15 + 33.
    const lz4 = Buffer.concat([Buffer.from([48, 0, 0, 0, 0xf0, 33]), raw]);
    const zstd = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 48, ((48 << 3) & 255) | 1, 48 >> 5, 0]),
      raw,
    ]);
    const blosc = Buffer.concat([Buffer.from([2, 1, 2, 8, 48, 0, 0, 0, 48, 0, 0, 0, 64, 0, 0, 0]), raw]);
    for (const [id, bytes] of Object.entries({ lz4, zstd, blosc }))
      expect(
        await readAll(await writeV2(grid({ files: { '0.0': bytes }, document: { compressor: { id } } }))),
      ).toEqual(cells);
  });

  it('undoes delta, shuffle and fixedscaleoffset filters', async () => {
    const delta = { id: 'delta', dtype: '<f8' };
    const deltas = await writeV2(grid({ cells: [1, 1, 1, 1, 1, 1], document: { filters: [delta] } }));
    expect(await readAll(deltas)).toEqual(cells);
    const raw = bytesOf(cells, '<i2');
    const shuffled = Buffer.from([
      ...raw.filter((_, i) => i % 2 === 0),
      ...raw.filter((_, i) => i % 2 === 1),
    ]);
    const shuffle = { filters: [{ id: 'shuffle', elementsize: 2 }] };
    expect(
      await readAll(await writeV2(grid({ files: { '0.0': shuffled }, dtype: '<i2', document: shuffle }))),
    ).toEqual(cells);
    const scaled = { id: 'fixedscaleoffset', dtype: '<f4', astype: '<i2', scale: 10, offset: 0.5 };
    const packed = { '0.0': bytesOf([5, 15, 25, 35, 45, 55], '<i2') };
    expect(
      await readAll(await writeV2(grid({ files: packed, dtype: '<f4', document: { filters: [scaled] } }))),
    ).toEqual(cells);
  });

  it('reads consolidated metadata, and attributes with bare NaN', async () => {
    const path = await writeV2(grid({ cells }));
    const { '.zattrs': _, ...rest } = await consolidated(path);
    const text = JSON.stringify({ zarr_consolidated_format: 1, metadata: rest });
    await writeBytes(path, '.zmetadata', Buffer.from(text.replace('"note"', 'NaN')));
    const source = await openSource(path, options);
    expect(source.parameters[0]!.attributes).toEqual({ remark: 'NaN' });
    expect(await readAll(path)).toEqual(cells);
  });
});

async function consolidated(path: string): Promise<Record<string, unknown>> {
  const { readFileSync } = await import('node:fs');
  const read = (key: string) => JSON.parse(readFileSync(`${path}/${key}`, 'utf8')) as Record<string, unknown>;
  const keys = [
    '.zgroup',
    '.zattrs',
    ...['lat', 'lon', 'a'].flatMap((name) => [`${name}/.zarray`, `${name}/.zattrs`]),
  ];
  const documents = Object.fromEntries(keys.map((key) => [key, read(key)]));
  return { ...documents, 'a/.zattrs': { ...(documents['a/.zattrs'] as object), remark: 'note' } };
}

describe('version 3 layouts', () => {
  it('reads both byte orders, both key encodings and transposed chunks', async () => {
    const big = { codecs: [{ name: 'bytes', configuration: { endian: 'big' } }] };
    expect(await readAll(await writeV3(grid({ cells, dtype: '>f8', document: big })))).toEqual(cells);
    const v2keys = { chunk_key_encoding: { name: 'v2' } };
    const files = { '0.0': bytesOf(cells) };
    expect(await readAll(await writeV3(grid({ files, document: v2keys })))).toEqual(cells);
    const transpose = [{ name: 'transpose', configuration: { order: [1, 0] } }, ...plainBytes];
    const path = await writeV3(grid({ cells: [1, 4, 2, 5, 3, 6], document: { codecs: transpose } }));
    expect(await readAll(path)).toEqual(cells);
  });

  it('reads fill values in all their spellings', async () => {
    const spellings: [unknown, number][] = [
      ['NaN', Number.NaN],
      ['Infinity', Number.POSITIVE_INFINITY],
      ['0x4045000000000000', 42],
      [7.5, 7.5],
    ];
    for (const [fill_value, fill] of spellings)
      expect(await readAll(await writeV3(grid({ document: { fill_value } })))).toEqual(Array(6).fill(fill));
  });

  it.each(['start', 'end'])('reads shards with their index at the %s', async (location) => {
    const path = await writeV3(grid({ document: sharded(location), files: { 'c/0/0': shard(location) } }));
    expect(await readAll(path)).toEqual([1, 2, 0, 4, 5, 0]);
    const source = await openSource(path, options);
    expect(source.parameters[0]!.chunkShape).toEqual([2, 1]);
  });

  it('reads a store whose arrays are described inside its group', async () => {
    const path = await writeV3(grid({ cells }));
    const { readFileSync } = await import('node:fs');
    const metadata = Object.fromEntries(
      ['lat', 'lon', 'a'].map((name) => [
        name,
        JSON.parse(readFileSync(`${path}/${name}/zarr.json`, 'utf8')),
      ]),
    );
    const group = { zarr_format: 3, node_type: 'group', attributes: { title: 'inline' } };
    await writeJson(path, 'zarr.json', { ...group, consolidated_metadata: { kind: 'inline', metadata } });
    expect((await openSource(path, options)).title).toBe('inline');
  });
});

const plainBytes = [{ name: 'bytes', configuration: { endian: 'little' } }];

function sharded(index_location: string) {
  const index_codecs = [...plainBytes, { name: 'crc32c' }];
  const configuration = { chunk_shape: [2, 1], codecs: plainBytes, index_codecs, index_location };
  const chunk_grid = { name: 'regular', configuration: { chunk_shape: [2, 4] } };
  return { chunk_grid, codecs: [{ name: 'sharding_indexed', configuration }] };
}

/** A shard of four chunks, two of them written: columns [1, 4] and [2, 5]. */
function shard(location: string): Uint8Array {
  const base = location === 'start' ? 4 * 16 + 4 : 0;
  const index = Buffer.alloc(4 * 16, 0xff);
  [0, 1].forEach((chunk) => {
    index.writeBigUInt64LE(BigInt(base + chunk * 16), chunk * 16);
    index.writeBigUInt64LE(16n, chunk * 16 + 8);
  });
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32c(index));
  const parts = [index, checksum, bytesOf([1, 4]), bytesOf([2, 5])];
  return Buffer.concat(location === 'start' ? parts : [...parts.slice(2), ...parts.slice(0, 2)]);
}
