import type { Cells } from './cell-type.js';
import { storedNoData } from './no-data.js';
import type { Parameter } from './parameter.js';

/** Cells are looked at as float64 in blocks, so that the loop is compiled for one type of array whatever they are. */
const BLOCK = 8192;
const SCRATCH = new Float64Array(BLOCK);

/** Statistics over valid cells in physical units. */
export interface Summary {
  readonly valid: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
}

/**
 * Statistics of cells in physical units; undefined when none is valid. No data and NaN do not count. Infinities
 * do: then `min`, `max` or `sum` are infinite, and `sum` is NaN where both signs occur.
 * Stored values are added up before they are scaled, so that sums of packed integers are exact until then.
 */
export function summarize(cells: Cells, parameter: Parameter): Summary | undefined {
  const noData = storedNoData(parameter);
  let total: Summary | undefined;
  for (let start = 0; start < cells.length; start += BLOCK) {
    const block = cells.subarray(start, start + BLOCK);
    SCRATCH.set(block);
    total = mergeSummaries(total, summarizeStored(SCRATCH.subarray(0, block.length), noData));
  }
  return total && scaled(total, parameter);
}

/** Statistics of two disjoint sets of cells together. */
export function mergeSummaries(a: Summary | undefined, b: Summary | undefined): Summary | undefined {
  if (!a || !b) return a ?? b;
  return {
    valid: a.valid + b.valid,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    sum: a.sum + b.sum,
  };
}

function summarizeStored(values: Float64Array, noData = Number.NaN): Summary | undefined {
  let valid = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const raw = values[k]!;
    if (raw === noData || Number.isNaN(raw)) continue;
    valid++;
    sum += raw;
    if (raw < min) min = raw;
    if (raw > max) max = raw;
  }
  return valid === 0 ? undefined : { valid, min, max, sum };
}

function scaled(raw: Summary, { scale, offset }: Parameter): Summary {
  const ends = [raw.min * scale + offset, raw.max * scale + offset];
  const sum = raw.sum * scale + raw.valid * offset;
  return { valid: raw.valid, min: Math.min(...ends), max: Math.max(...ends), sum };
}
