import { type Coverage, domainTimeAndLevel, verticalOf } from '../formats/index.js';
import type { LayerQuery } from '../layer/index.js';
import {
  blendedAnswer,
  coverageAnswer,
  type EdrPlan,
  type FeatureSpan,
  type PlannedWork,
} from './answer-plan.js';
import {
  type CustomCombination,
  combineCustom,
  countCombinations,
  countOf,
  customOf,
  type GroupChoices,
  numbers,
  rangeOf,
} from './coverage-parts.js';
import type { QueryableLayer, ReadContext } from './edr-request.js';
import { type AskedGroup, chooseGroups, type GroupsAsked, hasMembers, planGroups } from './plan-groups.js';
import { planPage } from './plan-page.js';
import { batchesOf, batchLength, readSamples } from './point-values.js';
import type { QueryCrs } from './query-crs.js';
import { readsWork } from './reads-work.js';
import { SeriesBatches } from './series-batches.js';
import { askedLevels, hasCell, levelsOf, type Sample, type Site } from './site.js';

interface SitesAsked extends GroupsAsked {
  readonly sites: readonly Site[];
  readonly isMany: boolean;
  readonly crs: QueryCrs;
}

/** What one group of parameters answers: samples, each over all chosen times and custom values. */
interface GroupSamples extends AskedGroup {
  readonly samples: readonly Sample[];
  readonly form: 'profile' | 'points' | 'series';
}

/**
 * The result types of points: Point, PointSeries, VerticalProfile, or a PointSeries per level for one; MultiPoint
 * or PointSeries for many, and Points where several are at the same place.
 */
export function planSites(layer: QueryableLayer, asked: SitesAsked): EdrPlan {
  const chosen = chooseGroups(asked).flatMap((group) => sampleGroup(layer, group, asked));
  const plan = planSamples(layer, chosen, asked);
  if (plan.kind === 'no-data') return plan;
  return {
    ...plan,
    page: (span) =>
      planPage(plan, chosen, {
        span,
        features: ({ form, samples }) => (form === 'profile' ? 1 : samples.length),
        cut: (one, some) => [planSamples(layer, [cutSamples(one, some)], asked)],
      }),
  };
}

/** Every feature but a profile is of one sample. */
function cutSamples(one: GroupSamples, { start, end }: FeatureSpan): GroupSamples {
  return one.form === 'profile' ? one : { ...one, samples: one.samples.slice(start, end) };
}

function planSamples(layer: QueryableLayer, chosen: readonly GroupSamples[], asked: SitesAsked): EdrPlan {
  return planGroups(chosen, {
    crs: asked.crs.crs,
    cells: countValues,
    coverages: countCoverages,
    work: (one) => samplesWork(layer, one),
    async open(context) {
      const series = new SeriesBatches(layer, context);
      const reading = { layer, context, series, crs: asked.crs.crs };
      const answer = coverageAnswer(
        chosen.flatMap(({ group }) => group.parameters),
        chosen.flatMap((one) =>
          combineCustom(one.choices).flatMap((combination) => coveragesOf(one, combination, reading)),
        ),
        {
          isCollection: hasMembers(chosen) || (asked.isMany && chosen.some(({ form }) => form === 'series')),
        },
      );
      return asked.sites.some(({ blend }) => blend !== undefined) ? blendedAnswer(answer) : answer;
    },
  });
}

function sampleGroup(
  layer: QueryableLayer,
  { group, choices }: AskedGroup,
  asked: SitesAsked,
): GroupSamples[] {
  const levels = askedLevels(layer.manifest.grid, choices);
  const samples = asked.sites.flatMap((site) =>
    levelsOf(site, levels).map((level) => ({ site, ...(level && { level }) })),
  );
  if (!samples.some(hasCell)) return [];
  const isSeries = countOf(choices.t) > 1;
  if (asked.isMany) {
    return [{ group, choices, samples, form: isSeries || hasRepeatedPlace(samples) ? 'series' : 'points' }];
  }
  return [{ group, choices, samples, form: samples.length > 1 && !isSeries ? 'profile' : 'series' }];
}

/** CoverageJSON has each tuple of an axis once; points of one cell are all at its centre. */
function hasRepeatedPlace(samples: readonly Sample[]): boolean {
  const places = new Set(samples.map(({ site: { x, y }, level }) => `${x} ${y} ${level?.value}`));
  return places.size < samples.length;
}

function countValues({ group, choices, samples }: GroupSamples): number {
  return group.parameters.length * countCombinations(choices) * countOf(choices.t) * samples.length;
}

function countCoverages({ choices, samples, form }: GroupSamples): number {
  return countCombinations(choices) * (form === 'series' ? samples.length : 1);
}

interface Reading {
  readonly layer: QueryableLayer;
  readonly context: ReadContext;
  readonly series: SeriesBatches;
  readonly crs: Coverage['domain']['crs'];
}

interface CoverageContext {
  readonly combination: CustomCombination;
  readonly reading: Reading;
}

function coveragesOf(one: GroupSamples, combination: CustomCombination, reading: Reading): Coverage[] {
  switch (one.form) {
    case 'series':
      return seriesCoverages(one, { combination, reading });
    case 'profile':
      return [profileCoverage(one, { combination, reading })];
    case 'points':
      return [pointsCoverage(one, { combination, reading })];
    default:
      return one.form satisfies never;
  }
}

/** A series per sample. */
function seriesCoverages(one: GroupSamples, { combination, reading }: CoverageContext): Coverage[] {
  const { layer, series, crs } = reading;
  const { group, choices, samples } = one;
  const times = countOf(choices.t);
  const block = { samples, times, parameters: group.parameters.length };
  const grid = layer.manifest.grid;
  const timeAxes = domainTimeAndLevel(grid, { ...(choices.t && { t: choices.t }) });
  return samples.map(({ site, level }, at) => ({
    members: combination.members,
    domain: {
      domainType: times > 1 ? 'PointSeries' : 'Point',
      x: numbers([site.x]),
      y: numbers([site.y]),
      crs,
      ...timeAxes,
      ...(level && { z: numbers([level.value]), vertical: verticalOf(grid) }),
    },
    ranges: group.parameters.map(({ id }) =>
      rangeOf(id, [['t', times]], () => series.read(block, at, queryOf(id, choices, combination.custom))),
    ),
  }));
}

function profileCoverage(one: GroupSamples, { combination, reading }: CoverageContext): Coverage {
  const { layer, context, crs } = reading;
  const { group, choices, samples } = one;
  const { site } = samples[0]!;
  return {
    members: combination.members,
    domain: {
      domainType: 'VerticalProfile',
      x: numbers([site.x]),
      y: numbers([site.y]),
      crs,
      ...domainTimeAndLevel(layer.manifest.grid, choices),
    },
    ranges: group.parameters.map(({ id }) => {
      const query = queryOf(id, choices, combination.custom);
      return rangeOf(id, [['z', samples.length]], () => samplesInOrder(one, { query, layer, context }));
    }),
  };
}

function pointsCoverage(one: GroupSamples, { combination, reading }: CoverageContext): Coverage {
  const { layer, context, crs } = reading;
  const { group, choices, samples } = one;
  const { t } = choices;
  const grid = layer.manifest.grid;
  const hasLevels = samples[0]!.level !== undefined;
  return {
    members: combination.members,
    domain: {
      domainType: 'MultiPoint',
      composite: {
        coordinates: hasLevels ? ['x', 'y', 'z'] : ['x', 'y'],
        values: samples.map(({ site, level }) => (level ? [site.x, site.y, level.value] : [site.x, site.y])),
      },
      crs,
      ...(hasLevels && { vertical: verticalOf(grid) }),
      ...domainTimeAndLevel(grid, { ...(t && { t }) }),
    },
    ranges: group.parameters.map(({ id }) => {
      const query = queryOf(id, choices, combination.custom);
      return rangeOf(id, [['composite', samples.length]], () =>
        samplesInOrder(one, { query, layer, context }),
      );
    }),
  };
}

/** A query without x, y and z. */
function queryOf(parameter: string, { t }: GroupChoices, custom: CustomCombination['custom']): LayerQuery {
  return { parameter, ...(t && { t }), custom };
}

/** One parameter of all samples. */
async function* samplesInOrder(
  { samples, choices }: GroupSamples,
  { query, layer, context }: { query: LayerQuery; layer: QueryableLayer; context: ReadContext },
): AsyncGenerator<Float64Array> {
  const times = countOf(choices.t);
  for (const batch of batchesOf(samples, batchLength({ times, parameters: 1 }))) {
    yield await readSamples(layer, batch, { query, times, context });
  }
}

function samplesWork(layer: QueryableLayer, { group, choices, samples, form }: GroupSamples): PlannedWork {
  const parameters = form === 'series' ? group.parameters.length : 1;
  const times = countOf(choices.t);
  const reads = [...batchesOf(samples, batchLength({ times, parameters }))].map((batch) => ({
    samples: batch,
    times,
  }));
  const custom = customOf(choices);
  return readsWork(
    layer,
    reads,
    group.parameters.map(({ id }) => queryOf(id, choices, custom)),
  );
}
