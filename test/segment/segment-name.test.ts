import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { formatSegmentName, parseSegmentName } from '../../src/segment/index.js';

const sha = '0123456789abcdef0123456789abcdef';
const text = `0000000000000010-001fffffffffffff-00003-000100-0000002a-${sha}.seg`;
const name = {
  first: 16,
  last: Number.MAX_SAFE_INTEGER,
  count: 3,
  tailBytes: 256,
  generation: 42,
  sha,
};

describe('segment names', () => {
  it('say what the segment holds', () => {
    expect(formatSegmentName(name)).toBe(text);
    expect(parseSegmentName(text)).toEqual(name);
  });

  it('come back for any segment', () => {
    const parts = fc.record({
      first: fc.maxSafeNat(),
      span: fc.maxSafeNat(),
      count: fc.integer({ min: 1, max: 65_536 }),
      tailBytes: fc.nat(0xff_ff_ff),
      generation: fc.nat(0xff_ff_ff_ff),
    });
    fc.assert(
      fc.property(parts, ({ first, span, ...rest }) => {
        const last = Math.min(Number.MAX_SAFE_INTEGER, first + span);
        fc.pre(last - first >= rest.count - 1);
        const any = { first, last, ...rest, sha };
        expect(parseSegmentName(formatSegmentName(any))).toEqual(any);
      }),
    );
  });

  it('sort by first index', () => {
    const names = [300, 2, 2 ** 40, 17].map((first) => formatSegmentName({ ...name, first }));
    const firsts = names.sort().map((text) => parseSegmentName(text)?.first);
    expect(firsts).toEqual([2, 17, 300, 2 ** 40]);
  });

  it.each([
    '',
    'CURRENT',
    `.tmp-${text}`,
    `${text}.tmp`,
    text.toUpperCase(),
    text.replace('.seg', '.tseg'),
    text.replace('001f', '002f'),
    text.replace('0000000000000010-001f', '0011000000000000-0010'),
    text.replace('-00003-', '-00000-'),
    text.replace('001fffffffffffff', '0000000000000011'),
  ])('are not %j', (other) => {
    expect(parseSegmentName(other)).toBeUndefined();
  });

  it.each([
    { ...name, first: -1 },
    { ...name, last: 15 },
    { ...name, count: 0 },
    { ...name, tailBytes: 2 ** 24 },
    { ...name, generation: 2 ** 32 },
    { ...name, sha: 'x' },
  ])('are refused when impossible: %j', (impossible) => {
    expect(() => formatSegmentName(impossible)).toThrow(InvalidArgumentError);
  });
});
