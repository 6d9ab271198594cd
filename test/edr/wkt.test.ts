import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWkt } from '../../src/edr/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';

const all = ['POINT', 'MULTIPOINT', 'POLYGON', 'MULTIPOLYGON'] as const;
const lines = ['LINESTRING', 'MULTILINESTRING'] as const;

describe('parseWkt', () => {
  it.each([
    ['POINT(1 2)', [{ x: 1, y: 2 }]],
    ['point ( -1.5e1   +.5 )', [{ x: -15, y: 0.5 }]],
    ['POINT Z (1 2 3)', [{ x: 1, y: 2, z: 3 }]],
    ['POINTZ(1 2 3)', [{ x: 1, y: 2, z: 3 }]],
    ['POINT(1 2 3)', [{ x: 1, y: 2, z: 3 }]],
    [
      ' MULTIPOINT((1 2),(3 4)) ',
      [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
    ],
    [
      'multipoint(1 2, 3 4)',
      [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
    ],
    [
      'MULTIPOINT Z((1 2 0),(3 4 5))',
      [
        { x: 1, y: 2, z: 0 },
        { x: 3, y: 4, z: 5 },
      ],
    ],
  ])('reads %s', (text, positions) => {
    expect(parseWkt(text, all)).toMatchObject({ positions });
  });

  it('reads polygons with holes, and several of them', () => {
    const text = 'MULTIPOLYGON(((0 0,9 0,9 9,0 0),(1 1,2 1,2 2,1 1)),((20 0,21 0,21 1,20 0)))';
    const geometry = parseWkt(text, all);
    expect(geometry.kind === 'MULTIPOLYGON' && geometry.polygons.map((rings) => rings.length)).toEqual([
      2, 1,
    ]);
  });

  it.each([
    [
      'LINESTRING(1 2,3 4)',
      [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
    ],
    [
      'LINESTRING(1 2 3,4 5 6)',
      [
        { x: 1, y: 2, z: 3 },
        { x: 4, y: 5, z: 6 },
      ],
    ],
    [
      'LineString Z (1 2 3,4 5 6)',
      [
        { x: 1, y: 2, z: 3 },
        { x: 4, y: 5, z: 6 },
      ],
    ],
    [
      'LINESTRINGM(1 2 3,4 5 6)',
      [
        { x: 1, y: 2, m: 3 },
        { x: 4, y: 5, m: 6 },
      ],
    ],
    [
      'LINESTRING M(1 2 3,4 5 6)',
      [
        { x: 1, y: 2, m: 3 },
        { x: 4, y: 5, m: 6 },
      ],
    ],
    [
      'LINESTRINGZM (1 2 3 4,5 6 7 8)',
      [
        { x: 1, y: 2, z: 3, m: 4 },
        { x: 5, y: 6, z: 7, m: 8 },
      ],
    ],
    [
      'LINESTRING ZM(1 2 3 4,5 6 7 8)',
      [
        { x: 1, y: 2, z: 3, m: 4 },
        { x: 5, y: 6, z: 7, m: 8 },
      ],
    ],
    [
      'LINESTRING(1 2 3 4,5 6 7 8)',
      [
        { x: 1, y: 2, z: 3, m: 4 },
        { x: 5, y: 6, z: 7, m: 8 },
      ],
    ],
    [
      'MULTILINESTRING M((1 2 3,4 5 6))',
      [
        { x: 1, y: 2, m: 3 },
        { x: 4, y: 5, m: 6 },
      ],
    ],
  ])('reads the line of %s', (text, line) => {
    expect(parseWkt(text, lines)).toMatchObject({ lines: [line] });
  });

  it('reads several lines', () => {
    const geometry = parseWkt('MULTILINESTRING((0 0,1 1),(5 5,6 6,7 7))', lines);
    expect(geometry.kind === 'MULTILINESTRING' && geometry.lines.map(({ length }) => length)).toEqual([2, 3]);
  });

  it.each([
    'LINESTRING()',
    'LINESTRING(1 2)',
    'LINESTRINGM()',
    'LINESTRINGZ()',
    'LINESTRINGZM()',
    'LINESTRINGZ(1 2,3 4)',
    'LINESTRING M(1 2,3 4)',
    'LINESTRING ZM(1 2 3,4 5 6)',
    'LINESTRINGZ M(1 2 3 4,5 6 7 8)',
    'LINESTRING MZ(1 2 3 4,5 6 7 8)',
    'LINESTRING(1 2,3 4 5)',
    'LINESTRING(1 2 3 4 5,1 2 3 4 5)',
    'MULTILINESTRING(1 2,3 4)',
    'MULTILINESTRING((1 2))',
  ])('refuses %s', (text) => {
    expect(() => parseWkt(text, lines)).toThrow(InvalidArgumentError);
  });

  it.each([
    '',
    'POINT',
    'POINT()',
    'POINT EMPTY',
    'POINT(1)',
    'POINT(1,2)',
    'POINT(1 2',
    'POINT(1 2))',
    'POINT(1 2) x',
    'POINT(1 2 3 4)',
    'POINT Z(1 2)',
    'POINT M(1 2 3)',
    'POINTZM(1 2 3 4)',
    'POINT(NaN 2)',
    'POINT(1e999 2)',
    `POINT(${'1'.repeat(60_000)} 2)`,
    `POINT(${'1'.repeat(60_000)}x 2)`,
    `POINT(1 2${'.1'.repeat(30_000)})`,
    'POINT(0x10 2)',
    'POINT(1-2)',
    'LINESTRING(0 0,1 1)',
    'GEOMETRYCOLLECTION(POINT(1 2))',
    'SRID=4326;POINT(1 2)',
    'MULTIPOINT()',
    'MULTIPOINT(1 2,)',
    'MULTIPOINT((1 2),(1 2 3))',
    'POLYGON()',
    'POLYGON(())',
    'POLYGON((0 0,1 0,0 0))',
    'POLYGON((0 0,1 0,1 1,0 1))',
    'POLYGON(0 0,1 0,1 1,0 0)',
    `POLYGON${'('.repeat(500_000)}`,
    `MULTIPOLYGON(${'((0 0,1 0,1 1,0 0)),'.repeat(40_000)}((0 0,1 0,1 1,0 0)))`,
    `POINT(${'1'.repeat(1_000_001)} 2)`,
  ])('refuses %.40s', (text) => {
    expect(() => parseWkt(text, all)).toThrow(InvalidArgumentError);
  });

  it('refuses kinds that the query does not take', () => {
    expect(() => parseWkt('POINT(1 2)', ['POLYGON'])).toThrow(InvalidArgumentError);
  });

  it('says where it stopped and what it expected', () => {
    try {
      parseWkt('POINT(1 x)', all);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toMatchObject({ fields: { expected: 'a finite number', found: 'x)' } });
    }
  });

  it('reads back what was printed', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 20 }), (points) => {
        const text = `MULTIPOINT(${points.map(([x, y]) => `(${x} ${y})`).join(',')})`;
        const geometry = parseWkt(text, all);
        const found = geometry.kind === 'MULTIPOINT' ? geometry.positions : [];
        expect(found.map(({ x, y }) => [String(x), String(y)])).toEqual(
          points.map(([x, y]) => [String(Number(String(x))), String(Number(String(y)))]),
        );
      }),
    );
  });

  it('answers or refuses whatever the text, without other errors', () => {
    const piece = fc.constantFrom(
      'POINT',
      'POLYGON',
      'MULTI',
      'Z',
      'M',
      'LINESTRING',
      '(',
      ')',
      ',',
      ' ',
      '1',
      '-2.5',
      'e3',
      'EMPTY',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          parseWkt(pieces.join(''), [...all, ...lines]);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError);
        }
      }),
    );
  });
});
