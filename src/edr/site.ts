import { type Grid, selectedNumbers, spanIndexes } from '../grid/index.js';
import type { GroupChoices } from './coverage-parts.js';

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

/** The levels a group is asked at; one absent level for a group without levels. */
export function askedLevels(grid: Grid, choices: GroupChoices): readonly (Level | undefined)[] {
  if (grid.z === undefined || choices.z === undefined) return [undefined];
  const values = selectedNumbers(grid.z, choices.z);
  return [...spanIndexes(choices.z)].map((index, i) => ({ value: values[i]!, index }));
}

/** The levels at which a group answers for a site: those `asked`, or its own. */
export function levelsOf(site: Site, asked: readonly (Level | undefined)[]): readonly (Level | undefined)[] {
  return asked[0] === undefined || site.level === undefined ? asked : [site.level];
}

/** True when there is a cell to read for a sample. */
export function hasCell({ site, level }: Sample): boolean {
  return site.cell !== undefined && (level === undefined || level.index !== undefined);
}
