import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CodecName,
  cellBytesNow,
  codecNames,
  decodeTile,
  encodeTile,
  parseCodecName,
  type StoredTile,
} from '../../src/codec/index.js';
import { CorruptionError, InvalidArgumentError, UnsupportedError } from '../../src/errors/index.js';
import {
  allocateCells,
  bytesOfCells,
  type Cells,
  type CellType,
  cellsFromBytes,
} from '../../src/raster/index.js';
import { parameterOf, smoothCells } from './sample-tiles.js';

const types: CellType[] = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'float64'];
const shape = { t: 2, z: 1, row: 16, col: 24 };
const count = 2 * 16 * 24;
/** Inflated by other threads, where the one above is inflated while the process waits. */
const longShape = { t: 2, z: 1, row: 64, col: 48 };

function flat(length: number) {
  return { t: 1, z: 1, row: 1, col: length };
}

async function codedOf(codec: CodecName, of = shape) {
  const parameter = parameterOf('float32');
  const cells = smoothCells('float32', of.t * of.z * of.row * of.col);
  const tile = await encodeTile({ type: 'float32', shape: of, cells, parameter, codec });
  if (tile.kind !== 'coded') throw new Error('a smooth field is not constant');
  return tile;
}

describe('encodeTile and decodeTile', () => {
  for (const type of types) {
    for (const codec of codecNames) {
      it(`keeps ${type} cells through ${codec}`, async () => {
        const cells = smoothCells(type, count);
        const parameter = parameterOf(type);
        const tile = await encodeTile({ type, shape, cells, parameter, codec });
        expect(tile.kind).toBe('coded');
        expect(await decodeTile(tile, parameter)).toEqual(cells);
      });
    }
  }

  for (const codec of codecNames) {
    it(`gives any span of the cells through ${codec}`, async () => {
      for (const type of types) {
        const cells = smoothCells(type, count);
        const parameter = parameterOf(type);
        const tile = await encodeTile({ type, shape, cells, parameter, codec });
        for (const [start, end] of [
          [0, 1],
          [17, 17],
          [385, 768],
          [767, 768],
        ] as const) {
          expect(await decodeTile(tile, parameter, { start, end })).toEqual(cells.slice(start, end));
        }
      }
    });
  }

  it('gives spans of a constant tile, and refuses those that leave a tile', async () => {
    const parameter = parameterOf('int16');
    const cells = new Int16Array(count).fill(7);
    const tile = await encodeTile({ type: 'int16', shape, cells, parameter, codec: 'raw' });
    expect(await decodeTile(tile, parameter, { start: 5, end: 9 })).toEqual(cells.slice(5, 9));
    for (const span of [
      { start: -1, end: 2 },
      { start: 3, end: 2 },
      { start: 0, end: count + 1 },
    ]) {
      await expect(decodeTile(tile, parameter, span)).rejects.toThrow(InvalidArgumentError);
    }
  });

  it('keeps every bit of any cells', async () => {
    const cases = fc.record({
      type: fc.constantFrom(...types),
      codec: fc.constantFrom(...codecNames),
      bytes: fc.uint8Array({ minLength: 8, maxLength: 640 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ type, codec, bytes }) => {
        const cells = cellsFromBytes(type, bytes.slice(0, bytes.length - (bytes.length % 8)));
        const parameter = parameterOf(type);
        const tile = await encodeTile({ type, shape: flat(cells.length), cells, parameter, codec });
        const decoded = await decodeTile(tile, parameter);
        // NaN payloads of an all-NaN tile are not kept; everything else is.
        if (tile.kind === 'constant') expect(decoded).toEqual(cells);
        else expect(bytesOfCells(decoded)).toEqual(bytesOfCells(cells));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['zeros', new Float32Array(count), 0],
    ['negative zeros', new Float32Array(count).fill(-0), -0],
    ['NaN only', new Float32Array(count).fill(Number.NaN), Number.NaN],
    ['no data only', new Float32Array(count).fill(-9999), -9999],
  ])('stores %s as one value', async (_, cells, value) => {
    const parameter = parameterOf('float32', -9999);
    const tile = await encodeTile({ type: 'float32', shape, cells, parameter, codec: 'deflate' });
    expect(tile).toMatchObject({ kind: 'constant', value });
    expect(await decodeTile(tile, parameter)).toEqual(cells);
  });

  it('does not take zeros of both signs for one value', async () => {
    const cells = new Float32Array(count);
    cells[7] = -0;
    const parameter = parameterOf('float32');
    const tile = await encodeTile({ type: 'float32', shape, cells, parameter, codec: 'deflate' });
    expect(tile.kind).toBe('coded');
    expect(await decodeTile(tile, parameter)).toEqual(cells);
  });

  it('summarizes valid cells, and leaves the summary out when there are none', async () => {
    const parameter = { ...parameterOf('int16', -1), scale: 0.5, offset: 10 };
    const options = { type: 'int16', parameter, codec: 'deflate' } as const;
    const tile = await encodeTile({ ...options, shape: flat(4), cells: Int16Array.of(-1, 2, 4, -1) });
    expect(tile.summary).toEqual({ valid: 2, min: 11, max: 12, sum: 23 });
    const empty = await encodeTile({ ...options, shape: flat(2), cells: Int16Array.of(-1, -1) });
    expect(empty).not.toHaveProperty('summary');
  });

  it('stores raw what packing makes larger, as a copy', async () => {
    const cells = Uint8Array.from({ length: 64 }, (_, i) => (i * 151) % 256);
    const parameter = parameterOf('uint8');
    const tile = await encodeTile({
      type: 'uint8',
      shape: flat(64),
      cells,
      parameter,
      codec: 'shuffle-deflate',
    });
    expect(tile).toMatchObject({ kind: 'coded', codec: 'raw' });
    const before = cells.slice();
    cells.fill(0);
    expect(await decodeTile(tile, parameter)).toEqual(before);
  });

  it('refuses cells that do not fit shape or type', async () => {
    const parameter = parameterOf('float32');
    const options = { type: 'float32', parameter, codec: 'raw' } as const;
    const encode = (cells: Cells) => encodeTile({ ...options, shape: flat(4), cells });
    await expect(encode(new Float32Array(3))).rejects.toThrow(InvalidArgumentError);
    await expect(encode(new Float64Array(4))).rejects.toThrow(InvalidArgumentError);
    const other = encodeTile({ ...options, type: 'int32', shape: flat(4), cells: allocateCells('int32', 4) });
    await expect(other).rejects.toThrow(InvalidArgumentError);
  });
});

describe('cellBytesNow', () => {
  it.each(codecNames)('gives the bytes of %s tiles at once, or leaves them to decodeTile', async (codec) => {
    for (const of of [shape, longShape]) {
      const tile = await codedOf(codec, of);
      const isLeft = codec.includes('zstd') || (of === longShape && codec.includes('deflate'));
      const bytes = cellBytesNow(tile, parameterOf('float32'));
      const expected = bytesOfCells(await decodeTile(tile, parameterOf('float32')));
      expect(bytes && Buffer.from(bytes)).toEqual(isLeft ? undefined : Buffer.from(expected));
    }
  });

  it('gives the bytes of a constant tile, and refuses damage as decodeTile does', async () => {
    const parameter = parameterOf('int16');
    const cells = new Int16Array(count).fill(7);
    const tile = await encodeTile({ type: 'int16', shape, cells, parameter, codec: 'raw' });
    expect(cellBytesNow(tile, parameter)).toEqual(bytesOfCells(cells));
    expect(() => cellBytesNow(tile, parameterOf('int32'))).toThrow(CorruptionError);
    const coded = await codedOf('shuffle-deflate');
    const cut = { ...coded, bytes: coded.bytes.subarray(1) };
    expect(() => cellBytesNow(cut, parameterOf('float32'))).toThrow(CorruptionError);
  });
});

describe.each([
  ['short', shape],
  ['long', longShape],
])('decodeTile of damaged %s tiles', (_, of) => {
  it.each(codecNames)('refuses %s bytes that give fewer or more cells than the shape', async (codec) => {
    const tile = await codedOf(codec, of);
    for (const row of [of.row - 1, of.row + 1]) {
      const damaged = { ...tile, shape: { ...of, row } };
      await expect(decodeTile(damaged, parameterOf('float32'))).rejects.toThrow(CorruptionError);
    }
  });

  it.each(codecNames)('refuses truncated %s bytes', async (codec) => {
    const tile = await codedOf(codec, of);
    for (let length = 0; length < tile.bytes.length; length += 41) {
      const damaged = { ...tile, bytes: tile.bytes.subarray(0, length) };
      await expect(decodeTile(damaged, parameterOf('float32'))).rejects.toThrow(CorruptionError);
    }
  });

  it('refuses deflated bytes with something behind them', async () => {
    const tile = await codedOf('deflate', of);
    const damaged = { ...tile, bytes: Buffer.concat([tile.bytes, Buffer.of(0)]) };
    await expect(decodeTile(damaged, parameterOf('float32'))).rejects.toThrow(CorruptionError);
  });

  it('refuses a deflate bomb', async () => {
    const bytes = deflateRawSync(Buffer.alloc(2 ** 26));
    const shapeOfBomb = flat(4 * of.t * of.z * of.row * of.col);
    const bomb: StoredTile = { kind: 'coded', type: 'uint8', shape: shapeOfBomb, codec: 'deflate', bytes };
    await expect(decodeTile(bomb, parameterOf('uint8'))).rejects.toThrow(CorruptionError);
  });
});

describe('decodeTile of damaged tiles', () => {
  it('refuses a zstd frame that claims another size, or none', async () => {
    const tile = await codedOf('zstd');
    const unsized = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x01, 0x00, 0x00);
    const huge = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0);
    for (const bytes of [unsized, huge, Uint8Array.of(1, 2, 3), tile.bytes.subarray(1)]) {
      await expect(decodeTile({ ...tile, bytes }, parameterOf('float32'))).rejects.toThrow(CorruptionError);
    }
  });

  it('refuses a tile of another type than its parameter', async () => {
    await expect(decodeTile(await codedOf('raw'), parameterOf('int32'))).rejects.toThrow(CorruptionError);
  });
});

describe('parseCodecName', () => {
  it('knows every codec and names an unknown one', () => {
    expect(codecNames.map(parseCodecName)).toEqual(codecNames);
    expect(() => parseCodecName('lzma')).toThrow(UnsupportedError);
    expect(() => parseCodecName('lzma')).toThrow(
      expect.objectContaining({ fields: expect.objectContaining({ codec: 'lzma' }) }),
    );
  });
});
