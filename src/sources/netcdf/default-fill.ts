import type { CellType } from '../../raster/index.js';

const fills: Readonly<Partial<Record<CellType, number>>> = {
  int16: -32767,
  uint16: 65535,
  int32: -2147483647,
  uint32: 4294967295,
  // 15 * 2 ** 119 in both.
  float32: 9.969209968386869e36,
  float64: 9.969209968386869e36,
};

/**
 * What the NetCDF library puts into cells that are never written, where the variable states no `_FillValue`.
 * None for bytes: by the NetCDF users' guide all of their values are data.
 */
export function defaultFill(type: CellType): number | undefined {
  return fills[type];
}
