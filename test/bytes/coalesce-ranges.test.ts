import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteRange, type CoalesceLimits, coalesceRanges } from '../../src/bytes/index.js';

const generous: CoalesceLimits = { maxGapBytes: 1000, maxOverRead: 10, maxLength: 1e6 };
const ranges = fc.array(fc.record({ offset: fc.nat(500), length: fc.nat(40) }), { maxLength: 30 });
const limits = fc.record({
  maxGapBytes: fc.nat(60),
  maxOverRead: fc.constantFrom(0, 0.1, 0.25, 1, 5),
  maxLength: fc.integer({ min: 1, max: 600 }),
});

describe('coalesceRanges', () => {
  it('gives nothing for nothing', () => {
    expect(coalesceRanges([], generous)).toEqual([]);
  });

  it('joins touching, overlapping, equal and contained ranges without any over-read', () => {
    const input = [at(30, 10), at(0, 10), at(10, 10), at(15, 20), at(0, 10), at(16, 2)];
    expect(coalesceRanges(input, { maxGapBytes: 0, maxOverRead: 0, maxLength: 1000 })).toEqual([
      { offset: 0, length: 40, members: [1, 4, 2, 3, 5, 0] },
    ]);
  });

  it('spends the over-read budget on the smallest gaps', () => {
    const input = [at(0, 10), at(18, 10), at(30, 10), at(45, 10)];
    const found = coalesceRanges(input, { maxGapBytes: 100, maxOverRead: 0.2, maxLength: 1000 });
    expect(found.map((range) => range.members)).toEqual([[0], [1, 2, 3]]);
  });

  it('leaves a gap wider than allowed, whatever the budget', () => {
    expect(coalesceRanges([at(0, 1), at(12, 1)], { ...generous, maxGapBytes: 10 })).toHaveLength(2);
  });

  it('covers every range, sorted, within gap, budget and length', () => {
    fc.assert(
      fc.property(ranges, limits, (input, limit) => {
        const found = coalesceRanges(input, limit);
        expect(found.flatMap((r) => r.members).sort((a, b) => a - b)).toEqual(input.map((_, i) => i));
        expect(found.map((r) => r.offset)).toEqual(found.map((r) => r.offset).sort((a, b) => a - b));
        let unasked = 0;
        for (const joined of found) {
          const members = joined.members.map((i) => input[i]!);
          expect(joined.offset).toBe(Math.min(...members.map((m) => m.offset)));
          expect(joined.offset + joined.length).toBe(Math.max(...members.map((m) => m.offset + m.length)));
          if (members.length > 1) expect(joined.length).toBeLessThanOrEqual(limit.maxLength);
          const holes = joined.length - covered(members);
          unasked += holes;
          if (limit.maxGapBytes === 0) expect(holes).toBe(0);
        }
        expect(unasked).toBeLessThanOrEqual(covered(input) * limit.maxOverRead);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('joins everything in reach when nothing limits it', () => {
    fc.assert(
      fc.property(ranges, (input) => {
        const unlimited = { maxGapBytes: 1e9, maxOverRead: 1e9, maxLength: 1e9 };
        if (covered(input) > 0) expect(coalesceRanges(input, unlimited)).toHaveLength(1);
      }),
      { seed: 4 },
    );
  });
});

function at(offset: number, length: number): ByteRange {
  return { offset, length };
}

function covered(input: readonly ByteRange[]): number {
  const bytes = new Set<number>();
  for (const { offset, length } of input) for (let i = 0; i < length; i++) bytes.add(offset + i);
  return bytes.size;
}
