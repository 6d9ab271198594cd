import { UnsupportedError } from '../../errors/index.js';
import {
  allocateCells,
  type Cells,
  isFloatType,
  type Parameter,
  physicalValue,
  storedNoData,
} from '../../raster/index.js';

/** What becomes of a cell that both the layer and the update have. A cell that only one has is kept as it is. */
export type MergeMode = 'replace' | 'keep' | 'min' | 'max' | 'sum' | 'mean';

/** Every merge mode, by the name it has on the command line. */
export const mergeModes: readonly MergeMode[] = ['replace', 'keep', 'min', 'max', 'sum', 'mean'];

type Combine = (old: number, update: number) => number;

const combiners: Readonly<Record<'min' | 'max' | 'sum' | 'mean', Combine>> = {
  min: Math.min,
  max: Math.max,
  sum: (old, update) => old + update,
  mean: (old, update) => (old + update) / 2,
};

/**
 * Merges `update` into `old` in place, cell by cell, both as stored. Cells without data never
 * take the place of cells with data.
 *
 * Throws: UnsupportedError when a sum or mean does not fit the cell type, or would read as no data.
 */
export function mergeCells(
  merge: {
    readonly old: Cells;
    readonly update: Cells;
    readonly mode: MergeMode;
    /** 0 where the update has no cell at all. */
    readonly covered?: Uint8Array;
  },
  parameter: Parameter,
): void {
  const { old, update, mode, covered } = merge;
  for (let i = 0; i < old.length; i++) {
    if (covered?.[i] === 0) continue;
    const next = physicalValue(update[i]!, parameter);
    if (Number.isNaN(next)) continue;
    const previous = physicalValue(old[i]!, parameter);
    if (Number.isNaN(previous) || mode === 'replace') old[i] = update[i]!;
    else if (mode !== 'keep') {
      const combined = combiners[mode](previous, next);
      if (combined === next) old[i] = update[i]!;
      else if (combined !== previous) old[i] = storedValue(combined, parameter);
    }
  }
}

/** True when a cell has no data. */
export function hasGaps(cells: Cells, parameter: Parameter): boolean {
  return cells.some((raw) => Number.isNaN(physicalValue(raw, parameter)));
}

/** A physical value as a cell of the parameter. */
function storedValue(value: number, parameter: Parameter): number {
  const raw = (value - parameter.offset) / parameter.scale;
  const wanted = isFloatType(parameter.type) ? raw : Math.round(raw);
  const [held] = allocateCells(parameter.type, 1, wanted);
  const isHeld = isFloatType(parameter.type) || held === wanted;
  // Cells of both had data: it must not get lost because the result is the number that says "none".
  if (isHeld && held !== storedNoData(parameter)) return held!;
  throw new UnsupportedError('the merged value does not fit the type of the cells', {
    parameter: parameter.id,
    type: parameter.type,
    noData: parameter.noData,
    value,
  });
}
