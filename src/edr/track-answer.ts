import { type Coverage, type Domain, verticalOf } from '../formats/index.js';
import {
  type CalendarName,
  formatInstant,
  type Grid,
  selectedNumbers,
  sliceSelection,
} from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import {
  addWork,
  checkCoverageCount,
  coverageAnswer,
  type EdrPlan,
  noWork,
  type PlannedWork,
} from './answer-plan.js';
import {
  type CustomCombination,
  choicesOf,
  combineCustom,
  countCombinations,
  countOf,
  customOf,
  type GroupChoices,
  rangeOf,
} from './coverage-parts.js';
import type { AxisChoices, ParameterGroup, QueryableLayer } from './edr-request.js';
import type { QueryCrs } from './query-crs.js';
import { readsWork, type SampleRead } from './reads-work.js';
import { askedLevels, hasCell, type Level, type Site } from './site.js';
import { blocksOf, momentReads, type TrackBlock, type TrackSample } from './track-blocks.js';
import { TrackValues } from './track-values.js';

/** A line of sites; `moments`, one for each, when they have times of their own. */
export interface Track {
  readonly sites: readonly Site[];
  readonly moments?: readonly { readonly instant: number; readonly index?: number }[];
}

interface TracksAsked {
  readonly tracks: readonly Track[];
  readonly isMulti: boolean;
  readonly groups: readonly ParameterGroup[];
  readonly choices: AxisChoices;
  readonly crs: QueryCrs;
}

/** A track at one level, or at levels of its own. */
interface LevelTrack {
  readonly track: Track;
  readonly samples: readonly TrackSample[];
}

/** What one group of parameters answers. */
interface GroupTracks {
  readonly group: ParameterGroup;
  readonly choices: GroupChoices;
  readonly tracks: readonly LevelTrack[];
  /** Coverages of each track: 1 when vertices have times of their own. */
  readonly times: number;
  readonly hasMoments: boolean;
}

/** A Trajectory per track, level and time; MultiPoint where nothing says when. */
export function planTracks(layer: QueryableLayer, asked: TracksAsked): EdrPlan {
  const chosen = asked.groups.flatMap((group): GroupTracks[] => {
    const choices = choicesOf(group, asked.choices);
    return choices === undefined ? [] : groupTracks(layer, { group, choices, asked });
  });
  if (chosen.length === 0) return { kind: 'no-data' };
  return {
    kind: 'answer',
    cells: chosen.reduce((total, one) => total + countValues(one), 0),
    crs: asked.crs.crs,
    work: () => chosen.map((one) => tracksWork(layer, one)).reduce(addWork, noWork),
    async open(context) {
      checkCoverageCount(chosen.reduce((total, one) => total + countCoverages(one), 0));
      const values = new TrackValues(layer, context);
      return coverageAnswer(
        chosen.flatMap(({ group }) => group.parameters),
        chosen.flatMap((one) =>
          combineCustom(one.choices).flatMap((combination) =>
            trackCoverages(one, { grid: layer.manifest.grid, crs: asked.crs.crs, combination, values }),
          ),
        ),
        {
          isCollection:
            asked.isMulti || chosen.some(({ choices }) => choices.custom.some(({ isSingle }) => !isSingle)),
        },
      );
    },
  };
}

function groupTracks(
  { manifest: { grid } }: QueryableLayer,
  { group, choices, asked }: { group: ParameterGroup; choices: GroupChoices; asked: TracksAsked },
): GroupTracks[] {
  const levels = askedLevels(grid, choices);
  const hasMoments = asked.tracks[0]!.moments !== undefined;
  const readsMoments = hasMoments && choices.t !== undefined;
  const tracks = asked.tracks.flatMap((track) =>
    levelsOfTrack(track, levels).map((level) => ({ track, samples: samplesOf(track, level, readsMoments) })),
  );
  const hasValue = (sample: TrackSample) => hasCell(sample) && (!readsMoments || sample.time !== undefined);
  if (!tracks.some(({ samples }) => samples.some(hasValue))) return [];
  return [{ group, choices, tracks, times: readsMoments ? 1 : countOf(choices.t), hasMoments }];
}

/** The levels a track is read at: 'own' when its vertices have theirs. */
function levelsOfTrack(
  { sites }: Track,
  asked: readonly (Level | undefined)[],
): readonly (Level | 'own' | undefined)[] {
  return asked[0] !== undefined && sites[0]!.level !== undefined ? ['own'] : asked;
}

function samplesOf(
  { sites, moments }: Track,
  asked: Level | 'own' | undefined,
  readsMoments: boolean,
): TrackSample[] {
  return sites.map((site, i) => {
    const level = asked === 'own' ? site.level : asked;
    return { site, ...(level && { level }), ...(readsMoments && { time: moments![i]!.index }) };
  });
}

function countValues({ group, choices, tracks, times }: GroupTracks): number {
  const vertices = tracks.reduce((total, { samples }) => total + samples.length, 0);
  return group.parameters.length * countCombinations(choices) * times * vertices;
}

function countCoverages({ choices, tracks, times }: GroupTracks): number {
  return countCombinations(choices) * times * tracks.length;
}

function blocksOfGroup({ group, tracks, times }: GroupTracks): TrackBlock<LevelTrack>[] {
  return blocksOf(tracks, { times, parameters: group.parameters.length });
}

interface CoverageContext {
  readonly grid: Grid;
  readonly crs: Domain['crs'];
  readonly combination: CustomCombination;
  readonly values: TrackValues;
}

/** Block after block, in each one time after the other: the order in which values are read. */
function trackCoverages(one: GroupTracks, { grid, crs, combination, values }: CoverageContext): Coverage[] {
  const { group, choices, times } = one;
  const texts = timeTexts(grid, one);
  const { members, custom } = combination;
  return blocksOfGroup(one).flatMap((block) =>
    Array.from({ length: times }, (_, time) =>
      block.tracks.map(({ track, start, end }) => ({
        members,
        domain: trackDomain(track, { grid, crs, time: texts[time], calendar: calendarOf(grid) }),
        ranges: group.parameters.map(({ id }) =>
          rangeOf(id, [['composite', end - start]], () =>
            values.read(block, { start, end, time, t: choices.t, query: { parameter: id, custom } }),
          ),
        ),
      })),
    ).flat(),
  );
}

function calendarOf(grid: Grid): CalendarName {
  return grid.t?.calendar ?? grid.referenceTime?.calendar ?? 'standard';
}

/** The time of each coverage; none where nothing says it, or vertices say it themselves. */
function timeTexts(grid: Grid, { choices: { t }, hasMoments }: GroupTracks): readonly string[] {
  if (hasMoments) return [];
  if (grid.t !== undefined && t !== undefined) {
    return selectedNumbers(grid.t, t).map((instant) => formatInstant(instant, calendarOf(grid)));
  }
  return grid.referenceTime === undefined || grid.t !== undefined
    ? []
    : [formatInstant(grid.referenceTime.instant, grid.referenceTime.calendar)];
}

function trackDomain(
  { track, samples }: LevelTrack,
  about: {
    readonly grid: Grid;
    readonly crs: Domain['crs'];
    readonly time: string | undefined;
    readonly calendar: CalendarName;
  },
): Domain {
  const { grid, crs, time, calendar } = about;
  const hasTime = time !== undefined || track.moments !== undefined;
  const hasLevel = samples[0]!.level !== undefined;
  return {
    domainType: hasTime ? 'Trajectory' : 'MultiPoint',
    composite: {
      coordinates: [...(hasTime ? ['t'] : []), 'x', 'y', ...(hasLevel ? ['z'] : [])],
      // Made when it is asked for: there may be a thousand times a thousand vertices.
      get values() {
        return samples.map(({ site, level }, i) => {
          const moment = track.moments?.[i];
          const text = moment === undefined ? time : formatInstant(moment.instant, calendar);
          return [...(text === undefined ? [] : [text]), site.x, site.y, ...(level ? [level.value] : [])];
        });
      },
    },
    crs,
    ...(hasTime && { calendar }),
    ...(hasLevel && { vertical: verticalOf(grid) }),
  };
}

function tracksWork(layer: QueryableLayer, one: GroupTracks): PlannedWork {
  const { group, choices } = one;
  const custom = customOf(choices);
  const queries = group.parameters.map(({ id }): LayerQuery => ({ parameter: id, custom }));
  const reads = blocksOfGroup(one).flatMap((block) => readsOf(layer, block, one));
  return readsWork(layer, reads, queries);
}

function readsOf(
  layer: QueryableLayer,
  { samples, timesPerRead }: TrackBlock<LevelTrack>,
  { choices: { t }, times, hasMoments }: GroupTracks,
): readonly SampleRead[] {
  if (t === undefined) return [{ samples, times: 1 }];
  if (hasMoments) return momentReads(layer, samples);
  return Array.from({ length: Math.ceil(times / timesPerRead) }, (_, i) => {
    const start = i * timesPerRead;
    const end = Math.min(times, start + timesPerRead);
    return { samples, t: sliceSelection(t, start, end), times: end - start };
  });
}
