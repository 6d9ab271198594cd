import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codecNames,
  createRecordDecoder,
  encodeRecord,
  recordSchema,
  type StoredPair,
} from '../../src/codec/index.js';
import { CorruptionError, InvalidArgumentError, UnsupportedError } from '../../src/errors/index.js';
import { codedTile, constantTile, sampleKey, samplePairs } from './sample-tiles.js';

const decode = createRecordDecoder(recordSchema);

const natural = fc.nat(2 ** 31 - 1);
const key = fc.record({
  level: natural,
  parameter: fc.string(),
  col: natural,
  row: natural,
  t: natural,
  z: natural,
  custom: fc.array(natural, { maxLength: 4 }),
});
const size = fc.integer({ min: 1, max: 30 });
const base = fc.record(
  {
    type: fc.constantFrom('float64' as const),
    shape: fc.record({ t: size, z: size, row: size, col: size }),
    summary: fc.constant({ valid: 1, min: -1, max: 2, sum: 0.5 }),
  },
  { requiredKeys: ['type', 'shape'] },
);
const constant = fc.record({ kind: fc.constant('constant' as const), value: fc.double() });
const coded = fc.record({
  kind: fc.constant('coded' as const),
  codec: fc.constantFrom(...codecNames),
  bytes: fc.uint8Array(),
});
const tile = fc.tuple(base, fc.oneof(constant, coded)).map(([a, b]) => ({ ...a, ...b }));

function plain(pairs: readonly StoredPair[]): unknown {
  return pairs.map(({ key, tile }) => ({
    key: { ...key },
    tile: tile.kind === 'coded' ? { ...tile, bytes: [...tile.bytes] } : tile,
  }));
}

describe('encodeRecord and its decoder', () => {
  it('keeps any pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key, tile }), { maxLength: 5 }), (pairs) => {
        const arbitrary = pairs as unknown as StoredPair[];
        expect(plain(decode(encodeRecord(arbitrary)))).toEqual(plain(arbitrary));
      }),
    );
  });

  it('gives coded bytes as views of the record', () => {
    const record = new Uint8Array(1000);
    const encoded = encodeRecord(samplePairs);
    record.set(encoded, 17);
    const [, pair] = decode(record.subarray(17, 17 + encoded.length));
    if (pair?.tile.kind !== 'coded') throw new Error('the second tile is coded');
    expect(pair.tile.bytes.buffer).toBe(record.buffer);
    expect([...pair.tile.bytes]).toEqual([1, 0, 2, 0, 3, 0]);
  });

  it('refuses pairs the schema cannot hold', () => {
    const pairs = [{ key: { ...sampleKey, col: 1.5 }, tile: constantTile }];
    expect(() => encodeRecord(pairs)).toThrow(InvalidArgumentError);
  });
});

describe('a decoder of damaged records', () => {
  const encoded = encodeRecord(samplePairs);

  it('refuses a record cut anywhere', () => {
    for (let length = 0; length < encoded.length; length++) {
      expect(() => decode(encoded.subarray(0, length)), `cut at ${length}`).toThrow(CorruptionError);
    }
  });

  it('refuses bytes behind the record', () => {
    expect(() => decode(Buffer.concat([encoded, Buffer.of(0)]))).toThrow(CorruptionError);
  });

  it('answers any flipped bit with an error of ours or with checked pairs', () => {
    for (let bit = 0; bit < encoded.length * 8; bit++) {
      const damaged = Uint8Array.from(encoded);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      try {
        for (const { tile } of decode(damaged))
          expect(Object.values(tile.shape).every((n) => n > 0)).toBe(true);
      } catch (error) {
        expect(
          [CorruptionError, UnsupportedError].some((kind) => error instanceof kind),
          `bit ${bit}`,
        ).toBe(true);
      }
    }
  });

  it('answers any bytes at all with CorruptionError, UnsupportedError or pairs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(error instanceof CorruptionError || error instanceof UnsupportedError).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['2 ** 31 pairs', [0x80, 0x80, 0x80, 0x80, 0x10]],
    ['2 ** 52 pairs', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]],
    ['a negative block of 2 ** 31 pairs', [0xff, 0xff, 0xff, 0xff, 0x0f, 0x02]],
    ['an endless number', new Array(200).fill(0xff)],
  ])('refuses %s without making room for them', (_, head) => {
    expect(() => decode(Uint8Array.from([...head, ...encoded.subarray(1)]))).toThrow(CorruptionError);
  });

  it.each([
    ['an unknown cell type', { ...constantTile, type: 'int64' }],
    ['an empty shape', { ...constantTile, shape: { t: 1, z: 0, row: 1, col: 1 } }],
    ['a negative shape', { ...constantTile, shape: { t: -1, z: -1, row: 1, col: 1 } }],
    ['a shape of absurd size', { ...constantTile, shape: { t: 2 ** 30, z: 2 ** 30, row: 1, col: 1 } }],
    ['a constant its type cannot hold', { ...constantTile, type: 'uint8', value: 256 }],
    ['a fraction in integers', { ...constantTile, type: 'int16', value: 0.5 }],
    ['more valid cells than cells', { ...codedTile, summary: { valid: 4, min: 1, max: 2, sum: 3 } }],
  ])('refuses %s', (_, tile) => {
    const record = encodeRecord([{ key: sampleKey, tile } as unknown as StoredPair]);
    expect(() => decode(record)).toThrow(CorruptionError);
  });

  it('refuses a negative key', () => {
    const record = encodeRecord([{ key: { ...sampleKey, t: -1 }, tile: constantTile }]);
    expect(() => decode(record)).toThrow(CorruptionError);
  });

  it('names an unknown codec', () => {
    const record = encodeRecord([
      { key: sampleKey, tile: { ...codedTile, codec: 'lerc' } } as unknown as StoredPair,
    ]);
    expect(() => decode(record)).toThrow(UnsupportedError);
    expect(() => decode(record)).toThrow(
      expect.objectContaining({ fields: expect.objectContaining({ codec: 'lerc' }) }),
    );
  });
});
