import { timeTexts } from '../formats/index.js';
import { sliceSelection } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import { coverageAnswer, type EdrPlan, type PlannedWork } from './answer-plan.js';
import { combineCustom, countCombinations, countOf, customOf } from './coverage-parts.js';
import type { QueryableLayer } from './edr-request.js';
import { type AskedGroup, chooseGroups, type GroupsAsked, hasMembers, planGroups } from './plan-groups.js';
import type { QueryCrs } from './query-crs.js';
import { readsWork, type SampleRead } from './reads-work.js';
import { askedLevels } from './site.js';
import { momentReads, type TrackSample } from './track-blocks.js';
import { blocksOfGroup, type GroupTracks, trackCoverages } from './track-coverages.js';
import { hasValue, levelsOfTrack, levelTrack, type Track } from './track-samples.js';
import { TrackValues } from './track-values.js';

interface TracksAsked extends GroupsAsked {
  readonly tracks: readonly Track[];
  readonly isMulti: boolean;
  readonly crs: QueryCrs;
}

/**
 * For each track and time a Trajectory at one level, or at levels of its own, and a Section at several. Where nothing
 * says when, neither can be: there is a MultiPoint for each level.
 */
export function planTracks(layer: QueryableLayer, asked: TracksAsked): EdrPlan {
  const { crs } = asked.crs;
  const chosen = chooseGroups(asked).flatMap((group) => groupTracks(layer, group, asked));
  return planGroups(chosen, {
    crs,
    cells: countValues,
    coverages: ({ choices, tracks, times }) => countCombinations(choices) * times * tracks.length,
    work: (one) => tracksWork(layer, one),
    async open(context) {
      const reading = { grid: layer.manifest.grid, crs, values: new TrackValues(layer, context) };
      return coverageAnswer(
        chosen.flatMap(({ group }) => group.parameters),
        chosen.flatMap((one) =>
          combineCustom(one.choices).flatMap((combination) => trackCoverages(one, combination, reading)),
        ),
        { isCollection: asked.isMulti || hasMembers(chosen) },
      );
    },
  });
}

function groupTracks(
  { manifest: { grid } }: QueryableLayer,
  { group, choices }: AskedGroup,
  asked: TracksAsked,
): GroupTracks[] {
  const hasMoments = asked.tracks[0]!.moments !== undefined;
  const readsMoments = hasMoments && choices.t !== undefined;
  const texts = hasMoments ? [] : timeTexts(grid, choices.t);
  const hasTime = hasMoments || texts.length > 0;
  const levels = askedLevels(grid, choices);
  const tracks = asked.tracks.flatMap((track) => {
    const all = levelsOfTrack(track, levels);
    const together = hasTime || all === 'own' ? [all] : all.map((level) => [level]);
    return together.map((some) => levelTrack(track, some, { readsMoments }));
  });
  if (!tracks.some(hasValue)) return [];
  return [{ group, choices, tracks, texts, times: readsMoments ? 1 : countOf(choices.t), hasMoments }];
}

function countValues({ group, choices, tracks, times }: GroupTracks): number {
  const values = tracks.reduce((total, { length }) => total + length, 0);
  return group.parameters.length * countCombinations(choices) * times * values;
}

function tracksWork(layer: QueryableLayer, one: GroupTracks): PlannedWork {
  const { group, choices } = one;
  const custom = customOf(choices);
  const queries = group.parameters.map(({ id }): LayerQuery => ({ parameter: id, custom }));
  return readsWork(layer, readsOf(layer, one), queries);
}

function* readsOf(layer: QueryableLayer, one: GroupTracks): Generator<SampleRead> {
  for (const { pieces, timesPerRead } of blocksOfGroup(one)) {
    for (const piece of pieces) yield* pieceReads(layer, { samples: piece.samples(), timesPerRead }, one);
  }
}

function pieceReads(
  layer: QueryableLayer,
  { samples, timesPerRead }: { readonly samples: readonly TrackSample[]; readonly timesPerRead: number },
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
