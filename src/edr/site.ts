import { type Grid, selectedNumbers, spanIndexes } from '../grid/index.js';
import type { GroupChoices } from './coverage-parts.js';

/** A cell of the layer's grid. */
export interface Cell {
  readonly col: number;
  readonly row: number;
}

/** A cell that gives part of a value; the weights of a site are above 0 and add up to 1. */
export interface Corner {
  readonly cell: Cell;
  readonly weight: number;
}

/** One asked point, and where its answer says it is. */
export interface Site {
  readonly x: number;
  readonly y: number;
  /** The cell that holds it; absent outside the layer. */
  readonly cell?: Cell;
  /** Cells whose values are blended to its own; `cell` alone when absent. */
  readonly blend?: readonly Corner[];
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

/** The samples of single cells that a sample is blended from. */
export function cornersOf(sample: Sample): readonly Sample[] {
  const { x, y, blend, level } = sample.site;
  if (blend === undefined) return [sample];
  return blend.map(({ cell }) => ({ ...sample, site: { x, y, cell, ...(level && { level }) } }));
}
