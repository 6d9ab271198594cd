import { InvalidArgumentError } from '../errors/index.js';
import {
  type Axis,
  axisNumbers,
  type IndexSpan,
  selectedNumbers,
  selectInterval,
  selectNearest,
} from '../grid/index.js';
import { mergeSelections, spansOf } from './index-list.js';
import { parseNumber, shorten } from './number-text.js';
import type { Position } from './wkt.js';

const MAX_REPEATS = 1_000_000;
const STEP_TOLERANCE = 1e-6;

/** What `z`, or the parameter of a custom axis, asks for. */
export type LevelFilter =
  | { readonly kind: 'levels'; readonly values: readonly number[] }
  | { readonly kind: 'interval'; readonly low: number; readonly high: number }
  | { readonly kind: 'steps'; readonly start: number; readonly step: number; readonly repeats: number };

/**
 * `level`, `a/b` in either order, `../b`, `a/..`, `../..`, a comma list, or `Rn/start/step` (n + 1 values).
 * Throws: InvalidArgumentError naming `parameter`.
 */
export function parseLevelFilter(text: string, parameter: string): LevelFilter {
  const parts = text.split('/').map((part) => part.trim());
  if (/^R\d*$/i.test(parts[0] ?? '')) return parseSteps(parts, text, parameter);
  if (parts.length === 1) {
    return { kind: 'levels', values: text.split(',').map((item) => parseNumber(item, parameter)) };
  }
  if (parts.length !== 2) throw badLevels(text, parameter);
  const first = parts[0] === '..' ? Number.NEGATIVE_INFINITY : parseNumber(parts[0]!, parameter);
  const second = parts[1] === '..' ? Number.POSITIVE_INFINITY : parseNumber(parts[1]!, parameter);
  return { kind: 'interval', low: Math.min(first, second), high: Math.max(first, second) };
}

/** The level, or interval of levels, that vertices name; nothing unless each has one. */
export function levelsNamed(positions: readonly Position[]): { z?: string } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { z } of positions) {
    if (z === undefined) return {};
    low = Math.min(low, z);
    high = Math.max(high, z);
  }
  return { z: low === high ? String(low) : `${low}/${high}` };
}

/** Indexes of a numeric axis that `filter` asks for, in axis order; a level off the axis means the nearest within half a step. */
export function selectLevels(axis: Axis, filter: LevelFilter): readonly IndexSpan[] {
  switch (filter.kind) {
    case 'levels':
      return mergeSelections(filter.values.map((value) => selectNearest(axis, value)));
    case 'interval':
      return selectInterval(axis, filter.low, filter.high) ?? [];
    case 'steps':
      return selectSteps(axis, filter);
    default:
      return filter satisfies never;
  }
}

/** As `selectLevels` of a text, and the levels at most `margin` from what it asks for. Throws InvalidArgumentError. */
export function selectLevelsAround(axis: Axis, text: string, margin: number): readonly IndexSpan[] {
  const filter = parseLevelFilter(text, 'z');
  if (filter.kind === 'interval')
    return selectInterval(axis, filter.low - margin, filter.high + margin) ?? [];
  const selected = selectLevels(axis, filter);
  const onAxis = selected.length === 0 ? [] : selectedNumbers(axis, selected);
  const centres = filter.kind === 'levels' ? filter.values : onAxis;
  return mergeSelections([
    selected,
    ...centres.map((centre) => selectInterval(axis, centre - margin, centre + margin)),
  ]);
}

/** As `selectLevels`, but only the very values, which may be names; an unknown name is InvalidArgumentError. */
export function selectCustom(axis: Axis, text: string): readonly IndexSpan[] {
  const { coordinates } = axis;
  if (coordinates.kind !== 'labels') return selectMembers(axis, parseLevelFilter(text, axis.name));
  const indexes = text.split(',').map((item) => {
    const index = coordinates.values.indexOf(item.trim());
    if (index >= 0) return index;
    const allowed = coordinates.values.slice(0, 50).join(', ');
    throw new InvalidArgumentError(`${axis.name} has no such value`, { found: shorten(item), allowed });
  });
  return mergeSelections(indexes.map((index) => [{ start: index, end: index + 1 }]));
}

/** Members and months are no measurements: what lies between two of them is neither. */
function selectMembers(axis: Axis, filter: LevelFilter): readonly IndexSpan[] {
  if (filter.kind !== 'levels') return selectLevels(axis, filter);
  return mergeSelections(filter.values.map((value) => selectInterval(axis, value, value)));
}

function parseSteps(parts: readonly string[], text: string, parameter: string): LevelFilter {
  if (parts.length !== 3) throw badLevels(text, parameter);
  const repeats = Number(parts[0]!.slice(1));
  const start = parseNumber(parts[1]!, parameter);
  const step = parseNumber(parts[2]!, parameter);
  if (parts[0]!.length === 1 || repeats > MAX_REPEATS || step === 0) throw badLevels(text, parameter);
  return { kind: 'steps', start, step, repeats };
}

function selectSteps(
  axis: Axis,
  filter: { start: number; step: number; repeats: number },
): readonly IndexSpan[] {
  const indexes = axisNumbers(axis).flatMap((value, index) => {
    const steps = (value - filter.start) / filter.step;
    const nearest = Math.round(steps);
    const isStep = nearest >= 0 && nearest <= filter.repeats && Math.abs(steps - nearest) <= STEP_TOLERANCE;
    return isStep ? [index] : [];
  });
  return spansOf(indexes);
}

function badLevels(text: string, parameter: string): InvalidArgumentError {
  return new InvalidArgumentError(`${parameter} is malformed`, {
    parameter,
    found: shorten(text),
    expected: 'a value, a list a,b, an interval a/b, ../b, a/.. or Rn/start/step',
  });
}
