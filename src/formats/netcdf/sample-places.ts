import type { Domain } from '../coverage.js';
import { numbersOf } from '../domain-axes.js';
import { type BlockPlaces, type Planning, timeAndLevel } from './block-places.js';
import type { ClassicContent, ClassicDimension } from './classic-layout.js';
import { type FileParts, texts } from './file-parts.js';
import { type Points, planPoints } from './point-places.js';
import { eachTuplePoints, longAxes } from './tuple-points.js';

/**
 * Points, or the vertices of trajectories: those of several follow each other, and `rowSize` says how many each has.
 * A single time or level is written beside each of them.
 */
export function planTuples(domains: readonly Domain[], { parts, unit }: Planning): BlockPlaces {
  const [first] = domains as [Domain];
  const isTrajectory = first.domainType === 'Trajectory';
  const outer = timeAndLevel(longAxes(first), parts);
  const lengths = domains.map(({ composite }) => composite!.values.length);
  const length = lengths.reduce((sum, one) => sum + one, 0);
  const sample = parts.dimension(isTrajectory ? 'obs' : 'point', length);
  const points = { domain: first, blocks: () => eachTuplePoints(domains) };
  const auxiliary = planPoints(points, { dimensions: [sample], parts, unit });
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
  const sites: Points = {
    xs: domains.flatMap(({ x }) => numbersOf(x!)),
    ys: domains.flatMap(({ y }) => numbersOf(y!)),
    ...(zs.length > 0 && { zs }),
  };
  const auxiliary = planPoints(
    { domain: first, blocks: () => [sites] },
    { dimensions: [station], parts, unit },
  );
  const content = counted(domains.length);
  const attributes = { cf_role: 'timeseries_id' };
  auxiliary.push(parts.variable('station_name', { dimensions: [station], content, attributes }));
  return { dimensions: [station, ...timeAndLevel(domain, parts)], auxiliary, featureType: 'timeSeries' };
}

/** Ids of trajectories and, for several, their lengths; returns the names that are coordinates. */
export function planTracks(lengths: readonly number[], sample: ClassicDimension, parts: FileParts): string[] {
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
