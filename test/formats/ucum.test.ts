import { expect, it } from 'vitest';
import { ucumCode, unitObject } from '../../src/formats/index.js';

it.each([
  ['m s**-1', 'm/s'],
  ['m s-1', 'm/s'],
  ['m/s', 'm/s'],
  ['K', 'K'],
  ['degK', 'K'],
  ['Deg C', 'Cel'],
  ['Celsius', 'Cel'],
  ['mm/day', 'mm/d'],
  ['hPa', 'hPa'],
  ['millibars', 'mbar'],
  ['millibar', 'mbar'],
  ['%', '%'],
  ['m**2 s**-2', 'm2/s2'],
  ['kg m**-2', 'kg/m2'],
  ['kg m-2 s-1', 'kg/m2/s'],
  ['W/m^2', 'W/m2'],
  ['kg kg**-1', 'kg/kg'],
  ['s**-1', '/s'],
  ['1', '1'],
  ['(0 - 1)', '1'],
  ['degrees_north', 'deg'],
  ['kg.m-2', 'kg/m2'],
  ['Pa', 'Pa'],
])('reads %s as %s', (unit, code) => {
  expect(ucumCode(unit)).toBe(code);
});

it.each(['m of water equivalent', 'dBZ', 'code', '', 'm**', 'm**0', 'hours since 1900-01-01'])(
  'does not guess at "%s"',
  (unit) => {
    expect(ucumCode(unit)).toBeUndefined();
    expect(unitObject(unit)).toEqual({ label: { en: unit }, symbol: unit });
  },
);
