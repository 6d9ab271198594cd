import { type Coverage, type Domain, verticalOf } from '../formats/index.js';
import { type CalendarName, formatInstant, type Grid } from '../grid/index.js';
import { type CustomCombination, numbers, rangeOf } from './coverage-parts.js';
import type { AskedGroup } from './plan-groups.js';
import { blocksOf, type TrackBlock } from './track-blocks.js';
import type { LevelTrack } from './track-samples.js';
import type { TrackValues } from './track-values.js';

/** What one group of parameters answers. */
export interface GroupTracks extends AskedGroup {
  readonly tracks: readonly LevelTrack[];
  /** The time of each coverage of a track; none where nothing says it, or vertices say it themselves. */
  readonly texts: readonly string[];
  /** Coverages of each track: 1 when vertices have times of their own. */
  readonly times: number;
  readonly hasMoments: boolean;
}

interface TrackReading {
  readonly grid: Grid;
  readonly crs: Domain['crs'];
  readonly values: TrackValues;
}

/** Block after block, in each one time after the other: the order in which values are read. */
export function trackCoverages(
  one: GroupTracks,
  { members, custom }: CustomCombination,
  { grid, crs, values }: TrackReading,
): Coverage[] {
  const { group, choices, times, texts } = one;
  return blocksOfGroup(one).flatMap((block) =>
    Array.from({ length: times }, (_, time) =>
      block.tracks.map(({ track, start, end }) => ({
        members,
        domain: trackDomain(track, { grid, crs, time: texts[time] }),
        ranges: group.parameters.map(({ id }) =>
          rangeOf(id, rangeAxes(track), () =>
            values.read(block, { start, end, time, t: choices.t, query: { parameter: id, custom } }),
          ),
        ),
      })),
    ).flat(),
  );
}

/** The tracks of a group as they are read. */
export function blocksOfGroup({ group, tracks, times }: GroupTracks): TrackBlock<LevelTrack>[] {
  return blocksOf(tracks, { times, parameters: group.parameters.length });
}

function rangeAxes({ track, levels }: LevelTrack): readonly (readonly [name: string, length: number])[] {
  return [
    ['z', levels === 'own' ? 1 : levels.length],
    ['composite', track.sites.length],
  ];
}

function trackDomain(
  { track: { sites, moments }, levels }: LevelTrack,
  {
    grid,
    crs,
    time,
  }: { readonly grid: Grid; readonly crs: Domain['crs']; readonly time: string | undefined },
): Domain {
  const calendar: CalendarName = grid.t?.calendar ?? grid.referenceTime?.calendar ?? 'standard';
  const hasTime = time !== undefined || moments !== undefined;
  const asked = levels === 'own' ? [] : levels.flatMap((level) => level?.value ?? []);
  const isSection = asked.length > 1;
  const hasZ = levels === 'own' || asked.length === 1;
  return {
    domainType: isSection ? 'Section' : hasTime ? 'Trajectory' : 'MultiPoint',
    composite: {
      coordinates: [...(hasTime ? ['t'] : []), 'x', 'y', ...(hasZ ? ['z'] : [])],
      // Made when it is asked for: there may be a thousand times a thousand vertices.
      get values() {
        return sites.map(({ x, y, level }, i) => {
          const text = moments === undefined ? time : formatInstant(moments[i]!.instant, calendar);
          const z = levels === 'own' ? level!.value : asked[0];
          return [...(text === undefined ? [] : [text]), x, y, ...(hasZ ? [z!] : [])];
        });
      },
    },
    ...(isSection && { z: numbers(asked) }),
    crs,
    ...(hasTime && { calendar }),
    ...((isSection || hasZ) && { vertical: verticalOf(grid) }),
  };
}
