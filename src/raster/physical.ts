import type { Cells } from './cell-type.js';
import { storedNoData } from './no-data.js';
import type { Parameter } from './parameter.js';

/** Cells to turn into physical values: `count` of them, `stride` apart, from `from` on; `into[at]` is the first. */
export interface PhysicalCopy {
  readonly cells: Cells;
  readonly from: number;
  readonly count: number;
  readonly stride: number;
  readonly into: Float64Array;
  readonly at: number;
  readonly parameter: Parameter;
}

/** Physical value of one stored value, stored * scale + offset in float64; NaN for no data. */
export function physicalValue(raw: number, parameter: Parameter): number {
  return raw === storedNoData(parameter) ? Number.NaN : raw * parameter.scale + parameter.offset;
}

/** Reads physical values by index; NaN for no data. */
export function toPhysical(cells: Cells, parameter: Parameter): (index: number) => number {
  const { scale, offset } = parameter;
  const noData = storedNoData(parameter);
  return (index) => {
    const raw = cells[index]!;
    return raw === noData ? Number.NaN : raw * scale + offset;
  };
}

/** Writes a strided run of cells as physical values; NaN for no data. The caller keeps it inside both arrays. */
export function writePhysical({ cells, from, count, stride, into, at, parameter }: PhysicalCopy): void {
  if (stride === 1) {
    into.set(cells.subarray(from, from + count), at);
  } else {
    for (let k = 0; k < count; k++) into[at + k] = cells[from + k * stride]!;
  }
  const isPlain = parameter.scale === 1 && parameter.offset === 0;
  const noData = storedNoData(parameter);
  if (!isPlain || noData !== undefined) unpack(into.subarray(at, at + count), noData, parameter);
}

/** In place on float64, so that the loop is compiled for one type of array whatever the cells are. */
function unpack(values: Float64Array, noData = Number.NaN, { scale, offset }: Parameter): void {
  for (let k = 0; k < values.length; k++) {
    const raw = values[k]!;
    values[k] = raw === noData ? Number.NaN : raw * scale + offset;
  }
}
