import { expect, it } from 'vitest';
import { cut, drawPart, terrain, type ValueAt } from './fields.js';

const planes: readonly ValueAt[] = [terrain, (x, y) => 40 * Math.cos((x - y) / 31)];

it.each([
  'contours',
  'contours/viridis',
  '{"drawing":"contours","interval":2,"width":7}',
  'hillshade',
  'hillshade/spectral',
  'arrows',
  'arrows/turbo',
  'barbs',
  '{"drawing":"barbs","spacing":16,"width":4}',
  '{"drawing":"arrows","spacing":64}',
])('%s: tiles are the parts of one large picture', (style) => {
  for (const scale of [1, 2]) {
    // As of tiles, a multiple of what is between glyphs.
    const side = 64 * scale;
    const whole = { left: 0, top: 0, width: 2 * side, height: 2 * side };
    const more = { scale, unit: 'kt' };
    const large = drawPart(style, planes, whole, more);
    expect(large.some((byte) => byte !== 0)).toBe(true);
    for (const [left, top] of [
      [0, 0],
      [side, 0],
      [0, side],
      [side, side],
    ] as const) {
      const part = { left, top, width: side, height: side };
      const apart = drawPart(style, planes, part, more);
      const expected = cut(large, 2 * side, part);
      const farthest = apart.reduce((most, byte, at) => Math.max(most, Math.abs(byte - expected[at]!)), 0);
      // Sums are rounded in other places.
      expect(farthest).toBeLessThanOrEqual(1);
    }
  }
});
