import { type Grid, selectedNumbers, spanIndexes } from '../grid/index.js';
import type { GroupChoices } from './coverage-parts.js';
import { oneIndex } from './index-list.js';

/** One asked point: where its cell is centred, or where it was asked for when no cell holds it. */
export interface Site {
  readonly x: number;
  readonly y: number;
  readonly cell?: { readonly col: number; readonly row: number };
  /** The level its own Z asks for; `index` is absent when the axis has none near it. */
  readonly level?: Level;
}

/** A value on the level axis, and its index where the axis has it. */
export interface Level {
  readonly value: number;
  readonly index?: number;
}

/** A site at one level, or without levels when its parameters have none. */
export interface Sample {
  readonly site: Site;
  readonly level?: Level;
}

/** The levels at which a group answers for a site; one absent level for a group without levels. */
export function levelsOf(grid: Grid, site: Site, choices: GroupChoices): readonly (Level | undefined)[] {
  if (grid.z === undefined || choices.z === undefined) return [undefined];
  if (site.level !== undefined) return [site.level];
  const axis = grid.z;
  return [...spanIndexes(choices.z)].map((index) => ({
    value: selectedNumbers(axis, oneIndex(index))[0]!,
    index,
  }));
}

/** True when there is a cell to read for a sample. */
export function hasCell({ site, level }: Sample): boolean {
  return site.cell !== undefined && (level === undefined || level.index !== undefined);
}
