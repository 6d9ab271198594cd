import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, type TilecurveError } from '../../../src/errors/index.js';
import {
  describeLegend,
  drawField,
  encodeLegend,
  type Field,
  fieldCountOf,
  marginOf,
  parseStyle,
  rangeOf,
  speedRange,
} from '../../../src/render/index.js';
import { readPng } from '../read-png.js';
import { drawPart, fieldOf, pictureOf, range, type ValueAt } from './fields.js';

/** One lattice place, in its middle. */
const side = 128;
const centre = side / 2;
const part = { left: 0, top: 0, width: side, height: side };

/** Wind at the middle of the part alone, which a lattice of 128 pixels shows. */
const at =
  (value: number): ValueAt =>
  (x, y) =>
    x === centre && y === centre ? value : Number.NaN;

function drawOne(style: object, [u, v]: readonly [number, number], more: Partial<Field> = {}): Uint8Array {
  const text = JSON.stringify({ spacing: 128, ...style });
  return drawPart(text, [at(u), at(v)], part, { unit: 'kt', ...more });
}

const opacityAt = (pixels: Uint8Array, x: number, y: number) =>
  pixels[4 * (Math.round(y) * side + Math.round(x)) + 3]!;

/** Opaque pixels, weighed by how opaque they are. */
function ink(pixels: Uint8Array, isCounted: (x: number, y: number) => boolean = () => true): number {
  let sum = 0;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) if (isCounted(x, y)) sum += opacityAt(pixels, x, y) / 255;
  return sum;
}

/** Runs of ink along a row, away from the staff: feathers and pennants that cross it. */
function strokes(pixels: Uint8Array, y: number): { count: number; broad: number } {
  const row = Array.from({ length: side }, (_, x) => (opacityAt(pixels, x, y) > 100 ? '#' : ' ')).join('');
  const runs = row.match(/#+/g) ?? [];
  return { count: runs.length, broad: runs.filter((run) => run.length > 3).length };
}

describe('barbs', () => {
  const large = { drawing: 'barbs', width: 1 };

  it('have a pennant for 50 knots, a feather for 10, half a one for 5', () => {
    for (let knots = 5; knots <= 75; knots += 5) {
      // From the west: the staff lies along a row, feathers are above it.
      const pixels = drawOne(large, [knots, 0]);
      const pennants = Math.floor(knots / 50);
      const full = Math.floor((knots % 50) / 10);
      const half = (knots % 10) / 5;
      const near = strokes(pixels, centre - 3);
      expect([knots, near.count]).toEqual([knots, pennants + full + half]);
      expect([knots, strokes(pixels, centre - 9).count]).toEqual([knots, pennants + full]);
      expect([knots, near.broad]).toEqual([knots, pennants]);
    }
  });

  it('round to 5 knots, also of other units', () => {
    const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
    expect(same(drawOne(large, [27.4, 0]), drawOne(large, [25, 0]))).toBe(true);
    expect(same(drawOne(large, [27.6, 0]), drawOne(large, [30, 0]))).toBe(true);
    for (const unit of ['m s**-1', 'm/s', 'M/S', 'm s\u207b\u00b9', 'm s-1', 'meter per second']) {
      // 10 m/s are 19.4 knots.
      expect(same(drawOne(large, [10, 0], { unit }), drawOne(large, [20, 0]))).toBe(true);
    }
    expect(same(drawOne(large, [100, 0], { unit: 'km/h' }), drawOne(large, [55, 0]))).toBe(true);
    expect(same(drawOne(large, [100, 0], { unit: 'mph' }), drawOne(large, [85, 0]))).toBe(true);
    expect(same(drawOne({ ...large, unit: 'm/s' }, [10, 0], { unit: 'odd' }), drawOne(large, [20, 0]))).toBe(
      true,
    );
  });

  it('point to where the wind comes from, feathers on the side of lower pressure', () => {
    const turns = fc.record({ from: fc.integer({ min: 0, max: 359 }), latitude: fc.constantFrom(-40, 40) });
    fc.assert(
      fc.property(turns, ({ from, latitude }) => {
        const angle = (from * Math.PI) / 180;
        const latitudes = new Float64Array(1000).fill(latitude);
        const pixels = drawOne(large, [-20 * Math.sin(angle), -20 * Math.cos(angle)], {
          ground: { latitudes, columnMetres: latitudes, rowMetres: latitudes },
        });
        // Out along the staff, and to its right seen from the station.
        const [outX, outY] = [Math.sin(angle), -Math.cos(angle)];
        const [rightX, rightY] = [-outY, outX];
        expect(opacityAt(pixels, centre + 15 * outX, centre + 15 * outY)).toBeGreaterThan(60);
        expect(opacityAt(pixels, centre - 5 * outX, centre - 5 * outY)).toBe(0);
        const onRight = ink(pixels, (x, y) => (x - centre) * rightX + (y - centre) * rightY > 2);
        const onLeft = ink(pixels, (x, y) => (x - centre) * rightX + (y - centre) * rightY < -2);
        // The left seen with the wind is the right seen against it.
        const [feathered, bare] = latitude > 0 ? [onRight, onLeft] : [onLeft, onRight];
        expect(feathered).toBeGreaterThan(15);
        expect(bare).toBe(0);
      }),
    );
  });

  it('are a circle where it is calm and nothing where a value is missing', () => {
    const calm = drawOne(large, [1, -2]);
    expect(opacityAt(calm, centre, centre)).toBe(0);
    expect(ink(calm)).toBeGreaterThan(10);
    expect(opacityAt(calm, centre + 4, centre)).toBeGreaterThan(100);
    for (const wind of [
      [Number.NaN, 5],
      [5, Number.NaN],
      [Number.POSITIVE_INFINITY, 5],
      [2000, 0],
    ] as const) {
      expect(ink(drawOne(large, wind))).toBe(0);
    }
  });

  it.each([
    [undefined, 'kt'],
    ['K', 'kt'],
    ['kt', 'm/s'],
    ['kt', undefined],
  ])('need units of speed: %s, %s', (u, v) => {
    const field = (unit: string | undefined) => ({ ...fieldOf(() => 1, part, 40), ...(unit && { unit }) });
    expect(() => drawField([field(u), field(v)], parseStyle('barbs'), range)).toThrow(InvalidArgumentError);
  });
});

describe('arrows', () => {
  it('point with the wind, as long as it is fast, up to the end of the range', () => {
    const lengthOf = (speed: number) => {
      const pixels = drawOne({ drawing: 'arrows', range: [0, 40] }, [speed, 0]);
      const row = Array.from({ length: side }, (_, x) => opacityAt(pixels, x, centre) > 127);
      return row.lastIndexOf(true) - row.indexOf(true) + 1;
    };
    const full = lengthOf(40);
    expect(full).toBeGreaterThan(30);
    expect(Math.abs(lengthOf(20) - full / 2)).toBeLessThanOrEqual(1.5);
    expect(lengthOf(400)).toBe(full);
    expect(lengthOf(0)).toBeLessThanOrEqual(3);
  });

  it('have their heads in front', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 359 }), (degrees) => {
        const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), -Math.sin((degrees * Math.PI) / 180)];
        const pixels = drawOne({ drawing: 'arrows', range: [0, 40] }, [40 * dx, -40 * dy]);
        const front = ink(pixels, (x, y) => (x - centre) * dx + (y - centre) * dy > 12);
        const back = ink(pixels, (x, y) => (x - centre) * dx + (y - centre) * dy < -12);
        expect(front).toBeGreaterThan(back + 5);
      }),
    );
  });

  it('have the colours of their speeds', () => {
    const style = parseStyle(
      '{"drawing":"arrows","ramp":["#ff0000","#0000ff"],"range":[0,50],"spacing":128}',
    );
    const picture = pictureOf(style, [at(30), at(40)], part);
    if (picture.kind !== 'rgba') throw new Error(picture.kind);
    expect([...picture.pixels.subarray(4 * (centre * side + centre)).subarray(0, 3)]).toEqual([0, 0, 255]);
  });

  it('have an arrow to compare with in the legend, or a ramp of speeds', async () => {
    const legend = describeLegend(parseStyle('arrows'), { low: 0, high: 33 }, { unit: 'm/s' });
    expect(legend.key).toMatchObject({ kind: 'arrow', value: 20, label: '20' });
    const svg = Buffer.from(await encodeLegend(legend, 'svg')).toString();
    expect(svg).toContain('>20</text>');
    expect(readPng(await encodeLegend(legend, 'png')).width).toBe(320);
    expect(describeLegend(parseStyle('barbs/viridis'), range).key.kind).toBe('ramp');
    // Knots, whatever the values are in.
    expect(describeLegend(parseStyle('barbs'), range, { title: 'Wind', unit: 'm/s' })).toEqual({
      ...{ title: 'Wind', scale: 'linear', nodata: '#00000000' },
      key: expect.objectContaining({ kind: 'categories' }),
    });
  });
});

describe('styles of winds', () => {
  it('take two fields of the same size', () => {
    const style = parseStyle('arrows');
    expect(fieldCountOf(style)).toBe(2);
    const field = fieldOf(() => 1, part, marginOf(style));
    expect(() => drawField(field, style, range)).toThrow(InvalidArgumentError);
    const smaller = fieldOf(() => 1, { ...part, width: 64 }, marginOf(style));
    expect(() => drawField([field, smaller], style, range)).toThrow(InvalidArgumentError);
  });

  it('have the speeds that components can have as range', () => {
    const stored = speedRange({ low: -3, high: 2 }, { low: 1, high: 4 });
    expect(rangeOf(parseStyle('arrows'), { stored })).toEqual({ low: 0, high: 5 });
  });

  it.each([
    ['spacing', '{"drawing":"barbs","spacing":20}'],
    ['unit', '{"drawing":"barbs","unit":"K"}'],
    ['unit', '{"drawing":"arrows","unit":"kt"}'],
    ['colour', '{"drawing":"arrows","colour":"red","ramp":"viridis"}'],
    ['width', '{"drawing":"arrows","width":0}'],
    ['drawing', '{"drawing":"flags"}'],
    ['interval', '{"drawing":"contours","interval":0}'],
    ['interval', '{"drawing":"contours","interval":1,"breaks":[1]}'],
    ['breaks[1]', '{"drawing":"contours","breaks":[1,1]}'],
    ['altitude', '{"drawing":"hillshade","altitude":91}'],
    ['width', '{"drawing":"hillshade","width":1}'],
  ])('name the member %s that cannot be: %s', (member, text) => {
    try {
      parseStyle(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect((error as TilecurveError).fields.member).toBe(member);
    }
  });
});
