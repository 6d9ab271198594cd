import type { Manifest, RunEntry, SegmentEntry } from '../../catalog/index.js';
import { type SegmentBounds, segmentHolding } from '../../curve/index.js';
import { axisLength, levelGrid, type TileKey } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import { layoutOf, type TileLayout } from '../tile-layout.js';
import { boundsOf } from './run-segments.js';

/** A run with what finding its segments takes. */
export interface FoundRun {
  readonly entry: RunEntry;
  /** Columns: a search in these touches a tenth of the memory of one in the entries. */
  readonly bounds: SegmentBounds;
}

/** The runs of one parameter at one level, by number: z and the custom indexes as digits of lengths `tiles.z`, `custom`. */
interface LevelRuns {
  readonly layout: TileLayout;
  readonly custom: readonly number[];
  readonly runs: Map<number, FoundRun>;
}

/** Finds the run and the segment of a tile by numbers alone: text made for each look-up costs as much as reading. */
export class RunFinder {
  readonly #manifest: Manifest;
  readonly #levels = new Map<Parameter, LevelRuns[]>();

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  /** The run of a key; `outside` when the layer can hold no such tile, undefined when it holds none of its run. */
  runOf(parameter: Parameter, key: TileKey): FoundRun | 'outside' | undefined {
    const level = this.#levelsOf(parameter)[key.level];
    return level === undefined || !isInside(key, level) ? 'outside' : level.runs.get(numberOf(key, level));
  }

  #levelsOf(parameter: Parameter): readonly LevelRuns[] {
    let levels = this.#levels.get(parameter);
    if (levels === undefined) {
      levels = this.#makeLevels(parameter);
      this.#levels.set(parameter, levels);
    }
    return levels;
  }

  #makeLevels(parameter: Parameter): LevelRuns[] {
    const { grid, tileShape, levels, runs } = this.#manifest;
    const custom = grid.custom.map((axis) => (parameter.axes.includes(axis.name) ? axisLength(axis) : 1));
    const made = Array.from({ length: levels }, (_, level) => {
      const layout = layoutOf(parameter, levelGrid(grid, level), tileShape);
      return { layout, custom, runs: new Map<number, FoundRun>() };
    });
    for (const entry of runs) {
      const level = made[entry.level];
      if (entry.parameter !== parameter.id || level === undefined || !isPartition(entry, level)) continue;
      level.runs.set(numberOf(entry, level), { entry, bounds: boundsOf(entry.segments) });
    }
    return made;
  }
}

/** The one segment of a run that may hold `index`; undefined in a gap. */
export function segmentAt({ entry, bounds }: FoundRun, index: number): SegmentEntry | undefined {
  return entry.segments[segmentHolding(bounds, index)];
}

function isInside(key: TileKey, level: LevelRuns): boolean {
  const { tiles } = level.layout;
  return (
    isIndex(key.col, tiles.col) &&
    isIndex(key.row, tiles.row) &&
    isIndex(key.t, tiles.t) &&
    isPartition(key, level)
  );
}

function isPartition({ z, custom }: Pick<TileKey, 'z' | 'custom'>, level: LevelRuns): boolean {
  if (!isIndex(z, level.layout.tiles.z) || custom.length !== level.custom.length) return false;
  for (let axis = 0; axis < custom.length; axis++) {
    if (!isIndex(custom[axis]!, level.custom[axis]!)) return false;
  }
  return true;
}

function numberOf({ z, custom }: Pick<TileKey, 'z' | 'custom'>, level: LevelRuns): number {
  let number = z;
  for (let axis = 0; axis < custom.length; axis++) number = number * level.custom[axis]! + custom[axis]!;
  return number;
}

function isIndex(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count;
}
