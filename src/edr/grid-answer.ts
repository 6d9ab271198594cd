import { type Coverage, type CoverageAnswer, domainTimeAndLevel } from '../formats/index.js';
import type { LayerQuery } from '../layer/index.js';
import { type AnswerPlan, checkCoverageCount, coverageAnswer, type EdrPlan } from './answer-plan.js';
import { applyMask, type CellMask, type WindowCentres } from './cell-mask.js';
import { combineCustom, countCombinations, countOf, customOf, numbers, rangeOf } from './coverage-parts.js';
import type { QueryableLayer } from './edr-request.js';
import { cutGrid, gridFeatures } from './grid-page.js';
import type { Lattice, LatticeMasks, LatticeReader } from './lattice.js';
import { type AskedGroup, chooseGroups, type GroupsAsked, hasMembers } from './plan-groups.js';
import { planPage } from './plan-page.js';
import { cutTile, nameRange } from './range-tile.js';

/** A group, and its place among all of the answer, some of which may turn out to have no cells. */
interface ChosenGroup extends AskedGroup {
  readonly at: number;
}

/** A group, and which cells count; all when the mask is undefined. */
type Masked<G> = G & { readonly mask?: CellMask | undefined };

/** A Grid per combination of custom values (and per set of axes), null where the masks of the lattice say so. */
export function planGrid(layer: QueryableLayer, lattice: Lattice | undefined, asked: GroupsAsked): EdrPlan {
  if (lattice === undefined) return { kind: 'no-data' };
  const chosen = chooseGroups(asked).map((one, at): ChosenGroup => ({ ...one, at }));
  if (chosen.length === 0) return { kind: 'no-data' };
  const plane = lattice.columns * lattice.rows;
  const cells = chosen.reduce((total, one) => total + plane * countValues(one), 0);
  const plan: AnswerPlan = {
    kind: 'answer',
    cells,
    ...((lattice.mask || lattice.volumeMask) && { maskedCells: lattice.mask ? plane : cells }),
    crs: lattice.crs,
    work: () => lattice.work(chosen.flatMap(groupQueries)),
    async open(context) {
      const domain = domainOf(lattice);
      const centres = lattice.centres();
      const mask = await lattice.mask?.(centres, context.signal);
      if (lattice.mask !== undefined && mask === undefined) return undefined;
      const masked = await maskGroups(chosen, lattice, { centres, mask, signal: context.signal });
      const read = masked.length === 0 ? undefined : await lattice.open(mask, context);
      if (read === undefined) return undefined;
      return gridAnswer(masked, { layer, lattice, read, domain });
    },
    pieces: {
      outline: () => gridAnswer(chosen, { layer, lattice, read: noValues, domain: domainOf(lattice) }),
      tile(place) {
        const { lattice: part, ...rest } = cutTile(chosen, lattice, place);
        return planGrid(layer, part, rest);
      },
    },
    page: (span) =>
      planPage(plan, chosen, {
        span,
        features: (one) => gridFeatures(one, lattice),
        cut: (one, some) =>
          cutGrid(one, lattice, some).map(({ lattice: part, ...rest }) => planGrid(layer, part, rest)),
      }),
  };
  return plan;
}

async function* noValues(): AsyncGenerator<Float64Array> {}

function domainOf(lattice: Lattice): Reading['domain'] {
  const { xs, ys } = lattice.stated();
  return { x: numbers(xs), y: numbers(ys), crs: lattice.crs };
}

/** The groups that have cells inside, each with its mask. */
async function maskGroups(
  chosen: readonly ChosenGroup[],
  lattice: Lattice,
  opened: OpenedMask,
): Promise<Masked<ChosenGroup>[]> {
  const groups: Masked<ChosenGroup>[] = [];
  for (const one of chosen) {
    const masked = await maskGroup(one, lattice, opened);
    if (masked !== undefined) groups.push(masked);
  }
  return groups;
}

/** A mask for all groups, and what masks of their own need. */
export interface OpenedMask {
  readonly centres: WindowCentres;
  readonly mask: CellMask | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A group with its mask; undefined when it has no cell inside. */
export async function maskGroup<G extends AskedGroup>(
  one: G,
  masks: LatticeMasks,
  { centres, mask, signal }: OpenedMask,
): Promise<Masked<G> | undefined> {
  if (masks.volumeMask === undefined) return { ...one, mask };
  const own = await masks.volumeMask(centres, one.choices, signal);
  return own && { ...one, mask: own };
}

function gridAnswer(chosen: readonly Masked<ChosenGroup>[], reading: Reading): CoverageAnswer {
  checkCoverageCount(chosen.reduce((total, { choices }) => total + countCombinations(choices), 0));
  return coverageAnswer(
    chosen.flatMap(({ group }) => group.parameters),
    chosen.flatMap((one) => gridCoverages(one, reading)),
    { isCollection: hasMembers(chosen) },
  );
}

interface Reading {
  readonly layer: QueryableLayer;
  readonly lattice: Lattice;
  readonly read: LatticeReader;
  readonly domain: Pick<Coverage['domain'], 'x' | 'y' | 'crs'>;
}

function countValues({ group, choices }: ChosenGroup): number {
  return group.parameters.length * countCombinations(choices) * countOf(choices.t) * countOf(choices.z);
}

function groupQueries({ group, choices: { t, z, ...others } }: ChosenGroup): LayerQuery[] {
  const custom = customOf(others);
  return group.parameters.map(({ id }) => ({ parameter: id, ...(t && { t }), ...(z && { z }), custom }));
}

function gridCoverages({ group, choices, at, mask }: Masked<ChosenGroup>, reading: Reading): Coverage[] {
  const { layer, lattice, read } = reading;
  const { t, z } = choices;
  const domain = {
    domainType: 'Grid' as const,
    ...reading.domain,
    ...domainTimeAndLevel(layer.manifest.grid, choices),
  };
  return combineCustom(choices).map(({ members, custom }, combination) => ({
    domain,
    members,
    ranges: group.parameters.map(({ id }, parameter) => {
      const query = { parameter: id, ...(t && { t }), ...(z && { z }), custom };
      const axes = [
        ['t', countOf(t)],
        ['z', countOf(z)],
        ['y', lattice.rows],
        ['x', lattice.columns],
      ] as const;
      const range = rangeOf(id, axes, () => maskedValues(read(query), mask));
      return { ...range, tiledAs: nameRange(at, combination, parameter) };
    }),
  }));
}

async function* maskedValues(
  blocks: AsyncIterable<Float64Array>,
  mask: CellMask | undefined,
): AsyncGenerator<Float64Array> {
  let start = 0;
  for await (const values of blocks) {
    if (mask !== undefined) applyMask(values, start, mask);
    start += values.length;
    yield values;
  }
}
