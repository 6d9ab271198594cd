import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createRecordDecoder,
  decodeSoleTile,
  encodeRecord,
  recordSchema,
  type StoredPair,
} from '../../src/codec/index.js';

const decode = createRecordDecoder(recordSchema);
const count = fc.oneof({ weight: 20, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.nat(2 ** 31 - 1) });
const size = fc.integer({ min: 1, max: 40 });

const anyKey = fc.record({
  level: fc.nat(30),
  parameter: fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('', 't2m', 'température', '気温')),
  col: count,
  row: count,
  t: count,
  z: fc.nat(100),
  custom: fc.array(count, { maxLength: 3 }),
});

const anyPair: fc.Arbitrary<StoredPair> = fc
  .record({
    key: anyKey,
    type: fc.constantFrom('int8', 'uint16', 'int32', 'float32', 'float64'),
    shape: fc.record({ t: size, z: size, row: size, col: size }),
    codec: fc.constantFrom('raw', 'deflate', 'shuffle-deflate', 'zstd', 'shuffle-zstd'),
    bytes: fc.uint8Array({ maxLength: 300 }),
    summary: fc.option(
      fc.record({ valid: fc.constant(1), min: fc.constant(-2.5), max: fc.double(), sum: fc.double() }),
    ),
    isConstant: fc.boolean(),
  })
  .map(({ key, type, shape, codec, bytes, summary, isConstant }) => {
    const base = { type, shape, ...(summary && { summary: { ...summary, max: Math.abs(summary.max) } }) };
    const tile = isConstant
      ? ({ ...base, kind: 'constant', value: 1 } as const)
      : ({ ...base, kind: 'coded', codec, bytes } as const);
    return { key, tile } as StoredPair;
  });

/** What the general decoder says of a record; undefined when it refuses it. */
function pairsOf(record: Uint8Array): StoredPair[] | undefined {
  try {
    return decode(record);
  } catch {
    return undefined;
  }
}

/** Where there is an answer, it is the general decoder's. */
function expectNoOther(record: Uint8Array, { key, tile: form }: StoredPair): void {
  const tile = decodeSoleTile(record, key, form);
  if (tile === undefined) return;
  expect(pairsOf(record)).toEqual([{ key, tile: { ...tile, bytes: bytesOf(tile) } }]);
}

function bytesOf(tile: StoredPair['tile']): Buffer {
  return tile.kind === 'coded' ? Buffer.from(tile.bytes) : Buffer.of();
}

describe('the tile of a record with one key', () => {
  it('is found wherever the key is plain and the tile coded, and equals the decoder’s', () => {
    let found = 0;
    fc.assert(
      fc.property(anyPair, ({ key, tile }) => {
        const record = Buffer.from(encodeRecord([{ key, tile }]));
        const isPlain = [...key.parameter].every((letter) => letter < '\u0080');
        const numbers = [key.col, key.row, key.t, ...key.custom];
        const isExpected = isPlain && tile.kind === 'coded' && numbers.every((number) => number < 2 ** 27);
        expect(decodeSoleTile(record, key, tile) !== undefined).toBe(isExpected);
        if (isExpected) found++;
        expectNoOther(record, { key, tile });
      }),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it('is not found for another key, nor among several', () => {
    fc.assert(
      fc.property(anyPair, anyPair, (a, b) => {
        const record = Buffer.from(encodeRecord([a]));
        if (JSON.stringify(a.key) !== JSON.stringify(b.key)) {
          expect(decodeSoleTile(record, b.key, a.tile)).toBeUndefined();
        }
        expect(decodeSoleTile(Buffer.from(encodeRecord([a, b])), a.key, a.tile)).toBeUndefined();
        expect(decodeSoleTile(Buffer.from(encodeRecord([])), a.key, a.tile)).toBeUndefined();
      }),
    );
  });

  it('is not found for another type or shape', () => {
    fc.assert(
      fc.property(anyPair, anyPair, ({ key, tile }, { tile: other }) => {
        const { type, shape } = tile;
        const record = Buffer.from(encodeRecord([{ key, tile }]));
        if (other.type !== type) {
          expect(decodeSoleTile(record, key, { type: other.type, shape })).toBeUndefined();
        }
        for (const axis of ['t', 'z', 'row', 'col'] as const) {
          const longer = { ...shape, [axis]: shape[axis] + 1 };
          expect(decodeSoleTile(record, key, { type, shape: longer })).toBeUndefined();
        }
      }),
    );
  });

  it('is never other than the decoder’s, whichever bits are flipped or bytes missing', () => {
    fc.assert(
      fc.property(anyPair, fc.nat(), fc.nat(), ({ key, tile }, flip, cut) => {
        const record = Buffer.from(encodeRecord([{ key, tile }]));
        const flipped = Buffer.from(record);
        const bit = flip % (record.length * 8);
        flipped[bit >>> 3]! ^= 1 << (bit & 7);
        expectNoOther(flipped, { key, tile });
        expectNoOther(record.subarray(0, cut % record.length), { key, tile });
        expectNoOther(Buffer.concat([record, Buffer.of(cut & 255)]), { key, tile });
      }),
      { numRuns: 2000 },
    );
  });
});
