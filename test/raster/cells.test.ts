import { describe, expect, it } from 'vitest';
import { CorruptionError } from '../../src/errors/index.js';
import {
  allocateCells,
  bytesOfCells,
  type CellType,
  cellBytes,
  cellsFromBytes,
  constantOf,
  isCellType,
  isFloatType,
} from '../../src/raster/index.js';

const TYPES: [CellType, number][] = [
  ['int8', 1],
  ['uint8', 1],
  ['int16', 2],
  ['uint16', 2],
  ['int32', 4],
  ['uint32', 4],
  ['float32', 4],
  ['float64', 8],
];

describe('cells', () => {
  it.each(TYPES)('of %s are %d bytes wide and come back from their bytes', (type, width) => {
    const cells = allocateCells(type, 5, 7);
    cells[2] = 100;
    const bytes = bytesOfCells(cells);
    expect([cellBytes(type), bytes.byteLength]).toEqual([width, 5 * width]);
    expect(cellsFromBytes(type, bytes)).toEqual(cells);
  });

  it.each(TYPES)('of %s are a view of aligned bytes and a copy of others', (type, width) => {
    const store = new Uint8Array(64);
    expect(cellsFromBytes(type, store.subarray(16, 16 + 2 * width)).buffer).toBe(store.buffer);
    store.set(bytesOfCells(allocateCells(type, 2, 9)), 17);
    expect([...cellsFromBytes(type, store.subarray(17, 17 + 2 * width))]).toEqual([9, 9]);
  });

  it('are copied from an unaligned Node Buffer, whose slice would be a view', () => {
    const buffer = Buffer.from(new Uint8Array(9).fill(1).buffer).subarray(1);
    expect([...cellsFromBytes('uint16', buffer)]).toEqual([257, 257, 257, 257]);
  });

  it('are little-endian', () => {
    expect([...cellsFromBytes('int16', Uint8Array.of(1, 2, 0xff, 0xff))]).toEqual([513, -1]);
  });

  it('are refused from bytes that end inside one', () => {
    expect(() => cellsFromBytes('float32', new Uint8Array(7))).toThrow(CorruptionError);
  });

  it('see only their own part of a buffer', () => {
    const whole = Float32Array.of(1, 2, 3, 4);
    expect([...cellsFromBytes('float32', bytesOfCells(whole.subarray(1, 3)))]).toEqual([2, 3]);
  });

  it('are filled as asked', () => {
    expect([...allocateCells('int16', 2)]).toEqual([0, 0]);
    expect(Object.is(allocateCells('float32', 1, -0)[0], -0)).toBe(true);
    expect(allocateCells('float64', 1, Number.NaN)[0]).toBeNaN();
  });

  it('have types with names', () => {
    expect(['int8', 'float32', 'int64', 'toString', ''].map(isCellType)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(TYPES.filter(([type]) => isFloatType(type)).length).toBe(2);
  });
});

describe('constantOf', () => {
  it('finds the one value of all cells', () => {
    expect(constantOf(Int16Array.of(4, 4, 4))).toBe(4);
    expect(constantOf(Int16Array.of(4, 4, 5))).toBeUndefined();
    expect(constantOf(Float32Array.of(Number.NaN, Number.NaN))).toBeNaN();
    expect(constantOf(Float32Array.of(Number.NaN, 1))).toBeUndefined();
    expect(constantOf(new Uint8Array(0))).toBeUndefined();
  });

  it('keeps -0 and 0 apart', () => {
    expect(constantOf(Float64Array.of(0, -0))).toBeUndefined();
    expect(Object.is(constantOf(Float64Array.of(-0, -0)), -0)).toBe(true);
  });
});
