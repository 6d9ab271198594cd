import { type CellType, isFloatType } from './cell-type.js';
import type { Parameter } from './parameter.js';

type Stored = Pick<Parameter, 'type' | 'noData'>;

/** Lowest and highest value of the integer types. */
export const integerLimits: Readonly<
  Record<Exclude<CellType, 'float32' | 'float64'>, readonly [number, number]>
> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
};

/**
 * The value that cells with no data have as stored, rounded as the type rounds (1e20 is not a float32);
 * undefined when there is none besides NaN, or the type cannot hold it and so no cell has it.
 */
export function storedNoData({ type, noData }: Stored): number | undefined {
  if (noData === undefined || Number.isNaN(noData)) return undefined;
  if (type === 'float64') return noData;
  if (type === 'float32') return roundsToFloat32(noData) ? Math.fround(noData) : undefined;
  const [low, high] = integerLimits[type];
  return Number.isInteger(noData) && noData >= low && noData <= high ? noData : undefined;
}

/** What pads edge tiles: the no-data value, else NaN in float types, else 0. */
export function noDataFill(parameter: Stored): number {
  return storedNoData(parameter) ?? (isFloatType(parameter.type) ? Number.NaN : 0);
}

/** False for finite values beyond the range of float32, which would round to an infinity. */
function roundsToFloat32(value: number): boolean {
  return Number.isFinite(Math.fround(value)) || !Number.isFinite(value);
}
