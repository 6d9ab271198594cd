import { InvalidArgumentError } from '../../errors/index.js';
import { cellCoordinates } from '../cell-coordinates.js';
import type { Domain } from '../coverage.js';
import { lengthOf, numbersOf } from '../domain-axes.js';
import { type BlockPlaces, type Planning, timeAndLevel } from './block-places.js';
import { coordinateName, placeAttributes, timeNumbers, verticalAttributes } from './cf-attributes.js';
import type { Attributes, ClassicContent, ClassicDimension } from './classic-layout.js';
import { type FileParts, texts } from './file-parts.js';

const missing = { type: 'float64', values: [Number.NaN] } as const;

/**
 * Points, or the vertices of trajectories: those of several follow each other, and `rowSize` says how many each has.
 * A single time or level is written beside each of them.
 */
export function planTuples(domains: readonly Domain[], { parts, unit }: Planning): BlockPlaces {
  const [first] = domains as [Domain];
  const isTrajectory = first.domainType === 'Trajectory';
  const outer = timeAndLevel(longAxes(first), parts);
  const points = domains.map((domain) => tuplePoints(domain));
  const lengths = points.map(({ xs }) => xs.length);
  const length = lengths.reduce((sum, one) => sum + one, 0);
  const sample = parts.dimension(isTrajectory ? 'obs' : 'point', length);
  const joined = {
    domain: first,
    xs: points.flatMap(({ xs }) => xs),
    ys: points.flatMap(({ ys }) => ys),
    ...(points[0]!.zs && { zs: points.flatMap(({ zs = [] }) => zs) }),
    ...(points[0]!.ts && { ts: points.flatMap(({ ts = [] }) => ts) }),
  };
  const auxiliary = planPoints(joined, { dimensions: [sample], parts, unit });
  if (isTrajectory) auxiliary.push(...planTracks(lengths, sample, parts));
  if (outer.length > 0) return { dimensions: [...outer, sample], auxiliary };
  return { dimensions: [sample], auxiliary, featureType: isTrajectory ? 'trajectory' : 'point' };
}

/** Series of single positions. */
export function planSites(domains: readonly Domain[], { parts, unit }: Planning): BlockPlaces {
  const [first] = domains as [Domain];
  const { z: _, ...domain } = first;
  const station = parts.dimension('station', domains.length);
  const zs = domains.flatMap(({ z }) => (z === undefined ? [] : numbersOf(z)));
  const sites = {
    domain: first,
    xs: domains.flatMap(({ x }) => numbersOf(x!)),
    ys: domains.flatMap(({ y }) => numbersOf(y!)),
    ...(zs.length > 0 && { zs }),
  };
  const auxiliary = planPoints(sites, { dimensions: [station], parts, unit });
  const content = counted(domains.length);
  const attributes = { cf_role: 'timeseries_id' };
  auxiliary.push(parts.variable('station_name', { dimensions: [station], content, attributes }));
  return { dimensions: [station, ...timeAndLevel(domain, parts)], auxiliary, featureType: 'timeSeries' };
}

/** Ids of trajectories and, for several, their lengths; returns the names that are coordinates. */
function planTracks(lengths: readonly number[], sample: ClassicDimension, parts: FileParts): string[] {
  const attributes = { cf_role: 'trajectory_id' };
  const content = counted(lengths.length);
  if (lengths.length === 1) return [parts.variable('trajectory', { dimensions: [], content, attributes })];
  const track = parts.dimension('track', lengths.length);
  parts.variable('trajectory', { dimensions: [track], content, attributes });
  parts.variable('rowSize', {
    dimensions: [track],
    content: { kind: 'ints', values: lengths },
    attributes: { sample_dimension: sample.name },
  });
  return [];
}

/** Ids 1, 2, ... */
export function counted(length: number): ClassicContent {
  return texts(Array.from({ length }, (_, index) => String(index + 1)));
}

interface Points {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly zs?: readonly number[];
  readonly ts?: readonly string[];
}

/** Axes of a domain of tuples that are no single value. */
function longAxes({ t, z, x: _x, y: _y, ...domain }: Domain): Domain {
  return {
    ...domain,
    ...(t !== undefined && lengthOf(t) > 1 && { t }),
    ...(z !== undefined && lengthOf(z) > 1 && { z }),
  };
}

/** The coordinates of each tuple of a domain. */
function tuplePoints(domain: Domain): Points {
  const axes = longAxes(domain);
  const { x, y, z, t } = cellCoordinates(domain);
  if (x === undefined || y === undefined)
    throw new InvalidArgumentError('a domain of tuples has no x or no y');
  const { length } = x.values;
  const spread = <T>(values: readonly T[]): readonly T[] =>
    values.length === length ? values : Array.from({ length }, () => values[0]!);
  return {
    xs: x.values,
    ys: y.values,
    ...(axes.z === undefined && z && { zs: spread(z.values) }),
    ...(axes.t === undefined && t && { ts: spread(t.values) }),
  };
}

/** Rows that are all as long as the longest, and how long each is itself. */
interface Spread {
  readonly rowLengths: readonly number[];
  readonly length: number;
}

/** Coordinates of points over the same dimensions, in rows that are filled up where `spread` says so; returns their names. */
export function planPoints(
  { domain, xs, ys, zs, ts }: Points & { readonly domain: Domain },
  {
    dimensions,
    parts,
    unit,
    spread,
  }: Pick<Planning, 'parts' | 'unit'> & {
    readonly dimensions: readonly ClassicDimension[];
    readonly spread?: Spread;
  },
): string[] {
  const add = (name: string, values: readonly number[], { axis: _, ...attributes }: Attributes): string =>
    parts.variable(name, {
      dimensions,
      content: { kind: 'numbers', values: spread ? spreadRows(values, spread) : values },
      attributes: { ...attributes, ...(spread && { _FillValue: missing }) },
    });
  const times = ts && timeNumbers(ts, domain.calendar);
  return [
    ...(times ? [add('time', times.values, times.attributes)] : []),
    ...(zs ? [add('vertical', zs, verticalAttributes(domain))] : []),
    add(coordinateName('y', domain), ys, placeAttributes('y', domain, unit)),
    add(coordinateName('x', domain), xs, placeAttributes('x', domain, unit)),
  ];
}

function spreadRows(values: readonly number[], { rowLengths, length }: Spread): number[] {
  const spread = new Array<number>(rowLengths.length * length).fill(Number.NaN);
  let at = 0;
  rowLengths.forEach((own, row) => {
    for (let i = 0; i < own; i++) spread[row * length + i] = values[at++]!;
  });
  return spread;
}
