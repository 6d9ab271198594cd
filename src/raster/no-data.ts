import { allocateCells, isFloatType } from './cell-type.js';
import type { Parameter } from './parameter.js';

type Stored = Pick<Parameter, 'type' | 'noData'>;

/**
 * The value that cells with no data have as stored, rounded as the type rounds (1e20 is not a float32);
 * undefined when there is none besides NaN, or the type cannot hold it and so no cell has it.
 */
export function storedNoData({ type, noData }: Stored): number | undefined {
  if (noData === undefined || Number.isNaN(noData)) return undefined;
  if (type === 'float64') return noData;
  const stored = allocateCells(type, 1, noData)[0]!;
  if (type !== 'float32') return stored === noData ? stored : undefined;
  return Number.isFinite(stored) === Number.isFinite(noData) ? stored : undefined;
}

/** What pads edge tiles: the no-data value, else NaN in float types, else 0. */
export function noDataFill(parameter: Stored): number {
  return storedNoData(parameter) ?? (isFloatType(parameter.type) ? Number.NaN : 0);
}
