import type { Coverage, CoverageAnswer } from '../formats/index.js';
import { type Crs, selectedNumbers, spanLength } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import { checkCoverageCount, coverageAnswer, type EdrPlan, planWork } from './answer-plan.js';
import { applyMask, type CellMask, type WindowCentres } from './cell-mask.js';
import {
  choicesOf,
  combineCustom,
  countCombinations,
  countOf,
  customOf,
  domainTimeAndLevel,
  type GroupChoices,
  numbers,
  rangeOf,
  readValues,
} from './coverage-parts.js';
import type { AxisChoices, ParameterGroup, QueryableLayer, ReadContext } from './edr-request.js';
import type { GridWindow } from './grid-window.js';
import type { QueryCrs } from './query-crs.js';
import { cutTile, nameRange } from './range-tile.js';
import { monotonicLongitudes } from './state-longitude.js';

const CENTRE_DIGITS = 12;

/** Parameters, and the times, levels and custom values they are asked at. */
export interface ChosenGroup {
  readonly group: ParameterGroup;
  readonly choices: GroupChoices;
  /** Its place among all of the answer, some of which may turn out to have no cells. */
  readonly at: number;
}

/** The same, and which cells count; all when the mask is undefined. */
export interface MaskedGroup extends ChosenGroup {
  readonly mask?: CellMask | undefined;
}

/** A Grid per combination of custom values (and per set of axes), null where the window's mask says so. */
export function planGrid(
  layer: QueryableLayer,
  window: GridWindow | undefined,
  asked: {
    readonly groups: readonly ParameterGroup[];
    readonly choices: AxisChoices;
    readonly crs: QueryCrs;
  },
): EdrPlan {
  if (window === undefined) return { kind: 'no-data' };
  const chosen = asked.groups.flatMap((group, at): ChosenGroup[] => {
    const choices = choicesOf(group, asked.choices);
    return choices === undefined ? [] : [{ group, choices, at }];
  });
  if (chosen.length === 0) return { kind: 'no-data' };
  const plane = spanLength(window.x) * spanLength(window.y);
  const cells = chosen.reduce((total, one) => total + plane * countValues(one), 0);
  // Rows of a projected layer are no parallels, so its grids are stated in its own coordinates.
  const crs = asked.crs.isProjecting ? layer.manifest.grid.crs : asked.crs.crs;
  return {
    kind: 'answer',
    cells,
    crs,
    work: () =>
      planWork(
        layer,
        chosen.flatMap((one) => groupQueries(one, window)),
      ),
    async open(context) {
      const reading = await openWindow(layer, window, { context, crs });
      if (reading === undefined) return undefined;
      const masked = await maskGroups(chosen, reading);
      return masked.length === 0 ? undefined : gridAnswer(masked, reading);
    },
    pieces: {
      outline: () => withoutValues(gridAnswer(chosen, describeWindow(layer, window, { context: {}, crs }))),
      tile(place) {
        const { window: part, ...rest } = cutTile(chosen, window, place);
        return planGrid(layer, part, { ...rest, crs: asked.crs });
      },
    },
  };
}

/** The window's domain, and which of its cells count; undefined when none does. */
export async function openWindow(
  layer: QueryableLayer,
  window: GridWindow,
  { context, crs }: { readonly context: ReadContext; readonly crs: Crs },
): Promise<Reading | undefined> {
  const reading = describeWindow(layer, window, { context, crs });
  const mask = await window.mask?.(reading.centres, context.signal);
  return window.mask !== undefined && mask === undefined ? undefined : { ...reading, mask };
}

/** The window's domain. */
function describeWindow(
  layer: QueryableLayer,
  window: GridWindow,
  { context, crs }: { readonly context: ReadContext; readonly crs: Crs },
): Reading {
  const { grid } = layer.manifest;
  const stored = { xs: selectedNumbers(grid.x, window.x), ys: selectedNumbers(grid.y, window.y) };
  const xs = crs.kind === 'geographic' ? monotonicLongitudes(stored.xs) : stored.xs;
  const domain = { x: numbers(xs), y: numbers(stored.ys), crs };
  return { layer, window, context, centres: { ...withoutNoise(stored), x: window.x, y: window.y }, domain };
}

/** The groups that have cells inside, each with its mask. */
async function maskGroups(chosen: readonly ChosenGroup[], reading: Reading): Promise<MaskedGroup[]> {
  const groups: MaskedGroup[] = [];
  for (const one of chosen) {
    const masked = await maskGroup(one, reading);
    if (masked !== undefined) groups.push(masked);
  }
  return groups;
}

/** A group with its mask; undefined when it has no cell inside. */
export async function maskGroup(
  one: ChosenGroup,
  { window, centres, mask, context }: Reading,
): Promise<MaskedGroup | undefined> {
  if (window.volumeMask === undefined) return { ...one, mask };
  const own = await window.volumeMask(centres, one.choices, context.signal);
  return own && { ...one, mask: own };
}

function gridAnswer(chosen: readonly MaskedGroup[], reading: Reading): CoverageAnswer {
  checkCoverageCount(chosen.reduce((total, { choices }) => total + countCombinations(choices), 0));
  return coverageAnswer(
    chosen.flatMap(({ group }) => group.parameters),
    chosen.flatMap((one) => gridCoverages(one, reading)),
    { isCollection: chosen.some(({ choices }) => choices.custom.some(({ isSingle }) => !isSingle)) },
  );
}

function withoutValues(answer: CoverageAnswer): CoverageAnswer {
  const empty = (coverage: Coverage): Coverage => ({
    ...coverage,
    ranges: coverage.ranges.map((range) => ({ ...range, values: async function* () {} })),
  });
  return { ...answer, coverages: answer.coverages.map(empty) };
}

/** Centres as they were meant: a computed 0.30000000000000004 lies on an edge at 0.3. */
function withoutNoise({ xs, ys }: WindowCentres): WindowCentres {
  const clean = (values: readonly number[]) =>
    values.map((value) => Number(value.toPrecision(CENTRE_DIGITS)));
  return { xs: clean(xs), ys: clean(ys) };
}

/** A window as it is read. */
export interface Reading {
  readonly layer: QueryableLayer;
  readonly window: GridWindow;
  readonly context: ReadContext;
  readonly centres: WindowCentres;
  readonly mask?: CellMask | undefined;
  readonly domain: Pick<Coverage['domain'], 'x' | 'y' | 'crs'>;
}

function countValues({ group, choices }: ChosenGroup): number {
  return group.parameters.length * countCombinations(choices) * countOf(choices.t) * countOf(choices.z);
}

function groupQueries({ group, choices }: ChosenGroup, { x, y }: GridWindow): LayerQuery[] {
  const { t, z } = choices;
  const custom = customOf(choices);
  return group.parameters.map(({ id }) => ({
    parameter: id,
    x,
    y,
    ...(t && { t }),
    ...(z && { z }),
    custom,
  }));
}

function gridCoverages({ group, choices, at, mask }: MaskedGroup, reading: Reading): Coverage[] {
  const { layer, window, context } = reading;
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
      const query = { parameter: id, x: window.x, y: window.y, ...(t && { t }), ...(z && { z }), custom };
      const axes = [
        ['t', countOf(t)],
        ['z', countOf(z)],
        ['y', spanLength(window.y)],
        ['x', spanLength(window.x)],
      ] as const;
      const range = rangeOf(id, axes, () => maskedValues(readValues(layer, query, context), mask));
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
