import { NotFoundError } from '../errors/index.js';
import { rangeTileShape } from '../formats/index.js';
import type { IndexSpan } from '../grid/index.js';
import type { RangeTile } from './answer-plan.js';
import { choicesAt, combineCustom, countOf } from './coverage-parts.js';
import { cutBox, type GridQuestion } from './cut-box.js';
import type { Lattice } from './lattice.js';
import type { AskedGroup } from './plan-groups.js';

/** Names the range of a parameter: its place in its group, the group's in the answer, the combination's in the group. */
export function nameRange(group: number, combination: number, parameter: number): string {
  return `${group}.${combination}.${parameter}`;
}

/**
 * The question whose answer is a tile, null where none of its cells counts.
 * Throws: NotFoundError for a tile that the whole does not have.
 */
export function cutTile(
  chosen: readonly AskedGroup[],
  lattice: Lattice,
  { range, ...numbers }: RangeTile,
): GridQuestion {
  const [groupAt, combinationAt, parameterAt] = range.split('.').map(Number);
  const one = chosen[groupAt!];
  const parameter = one?.group.parameters[parameterAt!];
  const combination = one && combineCustom(one.choices)[combinationAt!];
  if (one === undefined || parameter === undefined || combination === undefined) {
    throw new NotFoundError('the answer has no such range', { range: range.slice(0, 60) });
  }
  const { t, z } = one.choices;
  const lengths = [
    ['t', countOf(t)],
    ['z', countOf(z)],
    ['y', lattice.rows],
    ['x', lattice.columns],
  ] as const;
  const shape = rangeTileShape(lengths);
  const spans = lengths.map(([name, length], i) => {
    const start = numbers[name] * shape[i]!;
    if (start < length) return { start, end: Math.min(length, start + shape[i]!) };
    throw new NotFoundError('the range has no such tile', {
      axis: name,
      found: numbers[name],
      tiles: Math.ceil(length / shape[i]!),
    });
  });
  const [ofT, ofZ, ofY, ofX] = spans as [IndexSpan, IndexSpan, IndexSpan, IndexSpan];
  const group = { ...one.group, parameters: [parameter] };
  const choices = choicesAt(one.choices, combination);
  return cutBox({ group, choices }, lattice, { t: ofT, z: ofZ, y: ofY, x: ofX });
}
