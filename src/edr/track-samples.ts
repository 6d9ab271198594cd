import { hasCell, type Level, type Site } from './site.js';
import type { SampledTrack, TrackSample } from './track-blocks.js';

/** A line of sites; `moments`, one for each, when they have times of their own. */
export interface Track {
  readonly sites: readonly Site[];
  readonly moments?: readonly { readonly instant: number; readonly index?: number }[];
}

/** The levels of a track: those asked, an absent one without levels, or `own` when its sites have theirs. */
export type TrackLevels = readonly (Level | undefined)[] | 'own';

/** A track at one level or at several: its samples are those of all sites at the first, then at the next. */
export interface LevelTrack extends SampledTrack {
  readonly track: Track;
  readonly levels: TrackLevels;
  readonly readsMoments: boolean;
}

/** The levels at which a group answers for a track. */
export function levelsOfTrack({ sites }: Track, asked: readonly (Level | undefined)[]): TrackLevels {
  return asked[0] !== undefined && sites[0]!.level !== undefined ? 'own' : asked;
}

/** `readsMoments` when its sites are read at times of their own. */
export function levelTrack(
  track: Track,
  levels: TrackLevels,
  { readsMoments }: { readonly readsMoments: boolean },
): LevelTrack {
  const { sites } = track;
  return {
    track,
    levels,
    readsMoments,
    length: sites.length * (levels === 'own' ? 1 : levels.length),
    samples: (start, end) =>
      Array.from({ length: end - start }, (_, i) => sampleAt({ track, levels, readsMoments }, start + i)),
  };
}

/** True when there is a cell to read for one of its samples. */
export function hasValue({ track, levels, readsMoments }: LevelTrack): boolean {
  // Levels that were asked are all on the axis.
  return track.sites.some((_, at) => {
    const sample = sampleAt({ track, levels, readsMoments }, at);
    return hasCell(sample) && (!readsMoments || sample.time !== undefined);
  });
}

function sampleAt(
  { track: { sites, moments }, levels, readsMoments }: Omit<LevelTrack, keyof SampledTrack>,
  at: number,
): TrackSample {
  const place = at % sites.length;
  const site = sites[place]!;
  const level = levels === 'own' ? site.level : levels[Math.floor(at / sites.length)];
  return { site, ...(level && { level }), ...(readsMoments && { time: moments![place]!.index }) };
}
