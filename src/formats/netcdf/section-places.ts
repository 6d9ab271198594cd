import { cellCoordinates } from '../cell-coordinates.js';
import type { Domain } from '../coverage.js';
import { type BlockPlaces, type Planning, timeAndLevel } from './block-places.js';
import { counted, planPoints } from './sample-places.js';

/**
 * Sections at the same levels: `vertical`, then `profile`, one at each vertex. Several have a dimension `track` before those, and shorter ones are filled up with missing values.
 *
 * CF's trajectoryProfile has the same variables, but its levels last: nobody could write that while values are read
 * level by level. So the file is CF without a featureType.
 */
export function planSections(domains: readonly Domain[], { parts, unit }: Planning): BlockPlaces {
  const [first] = domains as [Domain];
  const points = domains.map(cellCoordinates);
  const rowLengths = points.map(({ x }) => x!.values.length);
  const length = Math.max(...rowLengths);
  const isRagged = rowLengths.some((one) => one < length);
  const ids = { content: counted(domains.length), attributes: { cf_role: 'trajectory_id' } };
  const track = domains.length > 1 ? [parts.dimension('track', domains.length)] : [];
  const levels = timeAndLevel(first, parts);
  const profile = parts.dimension('profile', length);
  const places = {
    domain: first,
    xs: points.flatMap(({ x }) => x!.values),
    ys: points.flatMap(({ y }) => y!.values),
    ts: points.flatMap(({ t }) => t!.values),
  };
  const auxiliary = planPoints(places, {
    dimensions: [...track, profile],
    parts,
    unit,
    ...(isRagged && { spread: { rowLengths, length } }),
  });
  const name = parts.variable('trajectory', { dimensions: track, ...ids });
  return {
    dimensions: [...track, ...levels, profile],
    auxiliary: [...auxiliary, name],
    ...(isRagged && { rowLengths }),
  };
}
