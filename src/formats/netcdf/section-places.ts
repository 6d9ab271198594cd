import type { Domain } from '../coverage.js';
import { lengthOf, numbersOf } from '../domain-axes.js';
import { type BlockPlaces, type Planning, timeAndLevel } from './block-places.js';
import { type Points, planPoints } from './point-places.js';
import { counted, planTracks } from './sample-places.js';
import { eachTuplePoints } from './tuple-points.js';

/**
 * Sections at the same levels: `vertical`, then `profile`, one at each vertex. Several as long as each other have a
 * dimension `track` before those. Of others each value is an observation with its own coordinates, one section after the
 * other and each level by level: as rows of one length, a long section among many short ones would be mostly filling.
 *
 * CF's trajectoryProfile has the same variables, but its levels last: nobody could write that while values are read
 * level by level. So the file is CF without a featureType.
 */
export function planSections(domains: readonly Domain[], planning: Planning): BlockPlaces {
  const lengths = domains.map(({ composite }) => composite!.values.length);
  return lengths.every((one) => one === lengths[0])
    ? planRows(domains, lengths[0]!, planning)
    : planRagged(domains, lengths, planning);
}

function planRows(domains: readonly Domain[], length: number, { parts, unit }: Planning): BlockPlaces {
  const [first] = domains as [Domain];
  const track = domains.length > 1 ? [parts.dimension('track', domains.length)] : [];
  const { t: _, ...domain } = first;
  const levels = timeAndLevel(domain, parts);
  const profile = parts.dimension('profile', length);
  const blocks = () => placesOnly(eachTuplePoints(domains));
  const dimensions = [...track, profile];
  const auxiliary = planPoints({ domain: first, blocks }, { dimensions, parts, unit });
  const attributes = { cf_role: 'trajectory_id' };
  const content = counted(domains.length);
  const name = parts.variable('trajectory', { dimensions: track, content, attributes });
  return { dimensions: [...track, ...levels, profile], auxiliary: [...auxiliary, name] };
}

function planRagged(
  domains: readonly Domain[],
  lengths: readonly number[],
  { parts, unit }: Planning,
): BlockPlaces {
  const [first] = domains as [Domain];
  const values = lengths.map((length) => length * lengthOf(first.z!));
  const all = values.reduce((sum, one) => sum + one, 0);
  const sample = parts.dimension('obs', all);
  const points = { domain: first, blocks: () => levelPoints(domains) };
  const auxiliary = planPoints(points, { dimensions: [sample], parts, unit });
  planTracks(values, sample, parts);
  return { dimensions: [sample], auxiliary };
}

/** The points of one section after the other, those of each at one level after the other. */
function* levelPoints(domains: readonly Domain[]): Generator<Points> {
  const levels = numbersOf(domains[0]!.z!);
  for (const points of eachTuplePoints(domains)) {
    for (const level of levels) yield { ...points, zs: points.xs.map(() => level) };
  }
}

/** Levels are a dimension. */
function* placesOnly(blocks: Iterable<Points>): Generator<Points> {
  for (const { zs: _, ...points } of blocks) yield points;
}
