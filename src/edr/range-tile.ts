import { NotFoundError } from '../errors/index.js';
import { rangeTileShape } from '../formats/index.js';
import { sliceSelection } from '../grid/index.js';
import type { RangeTile } from './answer-plan.js';
import type { WindowCentres } from './cell-mask.js';
import { combineCustom, countOf, type GroupChoices } from './coverage-parts.js';
import type { AxisChoices, ParameterGroup } from './edr-request.js';
import type { Lattice } from './lattice.js';

/** What is left of a question about a whole grid for one tile of one of its ranges. */
export interface TileQuestion {
  readonly lattice: Lattice;
  readonly groups: readonly ParameterGroup[];
  readonly choices: AxisChoices;
}

/** Names the range of a parameter: its place in its group, the group's in the answer, the combination's in the group. */
export function nameRange(group: number, combination: number, parameter: number): string {
  return `${group}.${combination}.${parameter}`;
}

/**
 * The question whose answer is a tile, null where none of its cells counts.
 * Throws: NotFoundError for a tile that the whole does not have.
 */
export function cutTile(
  chosen: readonly { readonly group: ParameterGroup; readonly choices: GroupChoices }[],
  lattice: Lattice,
  { range, ...numbers }: RangeTile,
): TileQuestion {
  const [groupAt, combinationAt, parameterAt] = range.split('.').map(Number);
  const one = chosen[groupAt!];
  const parameter = one?.group.parameters[parameterAt!];
  const combination = one && combineCustom(one.choices)[combinationAt!];
  if (one === undefined || parameter === undefined || combination === undefined) {
    throw new NotFoundError('the answer has no such range', { range: range.slice(0, 60) });
  }
  const { t, z, custom } = one.choices;
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
  const [ofT, ofZ, ofY, ofX] = spans as [Span, Span, Span, Span];
  return {
    lattice: emptyAsNulls(lattice.part({ x: ofX, y: ofY })),
    groups: [{ ...one.group, parameters: [parameter] }],
    choices: {
      ...(t && { t: sliceSelection(t, ofT.start, ofT.end) }),
      ...(z && { z: sliceSelection(z, ofZ.start, ofZ.end) }),
      hasLevels: true,
      custom: custom.map((choice) => ({
        ...choice,
        spans: combination.custom[choice.axis.name]!,
        isSingle: true,
      })),
    },
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A whole without cells has no answer; a tile without cells is all null. */
function emptyAsNulls(lattice: Lattice): Lattice {
  const { mask, volumeMask } = lattice;
  const none = ({ xs, ys }: WindowCentres, levels = 1) => new Uint8Array(levels * ys.length * xs.length);
  return {
    ...lattice,
    ...(mask && { mask: async (centres, signal) => (await mask(centres, signal)) ?? none(centres) }),
    ...(volumeMask && {
      volumeMask: async (centres, choices, signal) =>
        (await volumeMask(centres, choices, signal)) ?? none(centres, countOf(choices.z)),
    }),
  };
}
