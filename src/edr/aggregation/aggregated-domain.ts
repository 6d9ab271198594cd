import { type Domain, type DomainAxis, type DomainPolygon, domainTimeAndLevel } from '../../formats/index.js';
import {
  type AxisSelection,
  columnBounds,
  coordinateAt,
  formatInstant,
  type Grid,
  rowBounds,
  selectedNumbers,
  spanIndexes,
} from '../../grid/index.js';
import type { GroupChoices } from '../coverage-parts.js';
import type { GridWindow } from '../grid-window.js';
import { monotonicLongitudes } from '../state-longitude.js';
import { boxOutline } from './zone.js';

const TURN = 360;

/**
 * The time and level axes of results. A period is stated at its last instant, several levels at the middle between the
 * lowest and the highest; their bounds are the first and last that count.
 */
export function resultTimeAndLevel(
  grid: Grid,
  { t, z }: Pick<GroupChoices, 't' | 'z'>,
  reduced: ReadonlySet<string>,
): Pick<Domain, 't' | 'z' | 'calendar' | 'vertical'> {
  return {
    ...domainTimeAndLevel(grid, { ...(t && { t }), ...(z && { z }) }),
    ...(reduced.has('t') && t && { t: periodAxis(grid, t) }),
    ...(reduced.has('z') && z && { z: middleAxis(endsOf(selectedNumbers(grid.z!, z))) }),
  };
}

/** The x and y of results over one of them, or neither: bounds are the outer edges of the cells. */
export function resultPlaces(
  grid: Grid,
  window: Pick<GridWindow, 'x' | 'y'>,
  { domain, reduced }: { readonly domain: Pick<Domain, 'x' | 'y'>; readonly reduced: ReadonlySet<string> },
): Pick<Domain, 'x' | 'y'> {
  return {
    x: reduced.has('x') ? middleAxis(columnEnds(grid, window.x)) : domain.x!,
    y: reduced.has('y') ? middleAxis(rowEnds(grid, window.y)) : domain.y!,
  };
}

/** The ring around the cells of a window, in the coordinates of the grid. */
export function windowOutline(grid: Grid, { x, y }: Pick<GridWindow, 'x' | 'y'>): DomainPolygon {
  const [west, east] = columnEnds(grid, x);
  const [south, north] = rowEnds(grid, y);
  return boxOutline({ west, south, east, north });
}

/** West and east edge of some columns, as answers state longitudes. */
function columnEnds({ x, crs }: Grid, selection: AxisSelection): readonly [number, number] {
  const bounds = columnBounds(x);
  const centres = selectedNumbers(x, selection);
  const stated = crs.kind === 'geographic' ? monotonicLongitudes(centres) : centres;
  const indexes = [...spanIndexes(selection)];
  return endsOf(
    [0, indexes.length - 1].flatMap((at) => {
      const turns = TURN * Math.round((stated[at]! - coordinateAt(x, indexes[at]!)) / TURN);
      return bounds(indexes[at]!).map((edge) => edge + turns);
    }),
  );
}

function rowEnds({ y, crs }: Grid, selection: AxisSelection): readonly [number, number] {
  const bounds = rowBounds(y, crs);
  return endsOf([...spanIndexes(selection)].flatMap(bounds));
}

function periodAxis({ t }: Grid, selection: AxisSelection): DomainAxis {
  const { calendar } = t!;
  const [first, last] = endsOf(selectedNumbers(t!, selection)).map((instant) =>
    formatInstant(instant, calendar),
  );
  return { kind: 'times', values: [last!], bounds: [first!, last!] };
}

function middleAxis(bounds: readonly [number, number]): DomainAxis {
  return { kind: 'numbers', values: [(bounds[0] + bounds[1]) / 2], bounds };
}

function endsOf(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
