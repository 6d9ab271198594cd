import { type CalendarName, EARTH_RADIUS_METRES, parseInstant } from '../../grid/index.js';
import { type ChartAxis, numberTicks, rangeOfNumbers, timeTicks } from '../../render/index.js';
import type { Domain } from '../coverage.js';
import { levelTitle } from './labels.js';
import type { ReadCoverage } from './read-coverage.js';

const MAX_TICKS = 6;
const pressureUnits = new Set(['pa', 'hpa', 'kpa', 'mb', 'mbar', 'millibar', 'millibars', 'bar']);

/** Where coverages have their values along an axis of a chart, and the axis. */
export interface ChartPositions {
  readonly positions: readonly (readonly number[])[];
  /** Over all of them. */
  readonly along: ChartAxis;
  /** The same over some of them alone. */
  axisOf(positions: readonly (readonly number[])[]): ChartAxis;
}

/** The times of coverages. */
export function timePositions(coverages: readonly ReadCoverage[]): ChartPositions {
  const calendar = coverages[0]!.coverage.domain.calendar ?? 'standard';
  const positions = coverages.map(({ cells }) =>
    (cells.t?.values ?? []).map((text) => parseInstant(text, calendar).from),
  );
  return positionsAlong(positions, (some) => timeAxis(some, calendar));
}

/** The places of paths: times where their points have times of their own, else the way from the start. */
export function pathPositions(coverages: readonly ReadCoverage[]): ChartPositions {
  if (coverages.every(({ cells: { t } }) => new Set(t?.values).size > 1)) return timePositions(coverages);
  const isGeographic = coverages[0]!.coverage.domain.crs.kind === 'geographic';
  const positions = coverages.map(({ cells: { x, y } }) => distances(x.values, y.values, isGeographic));
  return positionsAlong(positions, (some) =>
    numberAxis(some, `Way along the path${isGeographic ? ' (km)' : ''}`),
  );
}

/** The levels of coverages; pressure grows downwards, whether its source says so or not. */
export function levelPositions(coverages: readonly ReadCoverage[]): ChartPositions {
  const { vertical = {} } = coverages[0]!.coverage.domain;
  const positions = coverages.map(({ cells }) => cells.z?.values ?? []);
  const isReversed = (vertical.positive ?? directionOf(vertical)) === 'down';
  return positionsAlong(positions, (some) => ({ ...numberAxis(some, levelTitle(vertical)), isReversed }));
}

function positionsAlong(
  positions: ChartPositions['positions'],
  axisOf: ChartPositions['axisOf'],
): ChartPositions {
  return { positions, along: axisOf(positions), axisOf };
}

function numberAxis(positions: readonly (readonly number[])[], title: string): ChartAxis {
  const range = rangeOfNumbers(positions) ?? { low: 0, high: 0 };
  return { title, range, ticks: numberTicks(range, MAX_TICKS) };
}

function timeAxis(instants: readonly (readonly number[])[], calendar: CalendarName): ChartAxis {
  const range = rangeOfNumbers(instants) ?? { low: 0, high: 0 };
  const isGregorian = calendar === 'standard' || calendar === 'proleptic_gregorian';
  const title = isGregorian ? 'Time (UTC)' : `Time (calendar ${calendar})`;
  return { title, range, ticks: timeTicks(range, calendar, MAX_TICKS) };
}

function directionOf({ unit }: NonNullable<Domain['vertical']>): 'up' | 'down' {
  return unit !== undefined && pressureUnits.has(unit.toLowerCase()) ? 'down' : 'up';
}

/** From the first point to each, in kilometres over a sphere, or in the unit of the plane. */
function distances(xs: readonly number[], ys: readonly number[], isGeographic: boolean): number[] {
  let total = 0;
  return xs.map((x, i) => {
    if (i > 0) {
      const from = [xs[i - 1]!, ys[i - 1]!] as const;
      total += isGeographic ? kilometres(from, [x, ys[i]!]) : Math.hypot(x - from[0], ys[i]! - from[1]);
    }
    return total;
  });
}

type Place = readonly [longitude: number, latitude: number];

/** By the haversine formula; this is for the axis of a chart, and no query depends on it. */
function kilometres([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const radians = Math.PI / 180;
  const across = Math.sin(((lon2 - lon1) * radians) / 2) ** 2;
  const up = Math.sin(((lat2 - lat1) * radians) / 2) ** 2;
  const share = up + Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * across;
  return ((2 * EARTH_RADIUS_METRES) / 1000) * Math.asin(Math.min(1, Math.sqrt(share)));
}
