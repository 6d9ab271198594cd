import type { Coverage } from '../formats/index.js';
import type { AxisSelection } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import {
  checkCoverageCount,
  coverageAnswer,
  type EdrPlan,
  type PlannedWork,
  planWork,
} from './answer-plan.js';
import {
  type CustomCombination,
  choicesOf,
  combineCustom,
  countCombinations,
  countOf,
  domainTimeAndLevel,
  type GroupChoices,
  numbers,
  rangeOf,
  readValues,
  verticalOf,
} from './coverage-parts.js';
import type { AxisChoices, ParameterGroup, QueryableLayer, ReadContext } from './edr-request.js';
import { oneIndex } from './index-list.js';
import { groupByTile, readSamples } from './point-values.js';
import type { QueryCrs } from './query-crs.js';
import { askedLevels, hasCell, levelsOf, type Sample, type Site } from './site.js';

interface SitesAsked {
  readonly sites: readonly Site[];
  readonly isMany: boolean;
  readonly groups: readonly ParameterGroup[];
  readonly choices: AxisChoices;
  readonly crs: QueryCrs;
}

/** What one group of parameters answers: samples, each over all chosen times and custom values. */
interface GroupSamples {
  readonly group: ParameterGroup;
  readonly choices: GroupChoices;
  readonly samples: readonly Sample[];
  readonly form: 'profile' | 'points' | 'series';
}

/**
 * The result types of points: Point, PointSeries, VerticalProfile, or a PointSeries per level for one; MultiPoint
 * or PointSeries for many.
 */
export function planSites(layer: QueryableLayer, asked: SitesAsked): EdrPlan {
  const chosen = asked.groups.flatMap((group): GroupSamples[] => {
    const choices = choicesOf(group, asked.choices);
    return choices === undefined ? [] : sampleGroup(layer, { group, choices, asked });
  });
  if (chosen.length === 0) return { kind: 'no-data' };
  return {
    kind: 'answer',
    cells: chosen.reduce((total, one) => total + countValues(one), 0),
    crs: asked.crs.crs,
    work: () => chosen.map((one) => samplesWork(layer, one)).reduce(addWork),
    async open(context) {
      checkCoverageCount(chosen.reduce((total, one) => total + countCoverages(one), 0));
      const reading = { layer, context, crs: asked.crs.crs };
      return coverageAnswer(
        chosen.flatMap(({ group }) => group.parameters),
        chosen.flatMap((one) =>
          combineCustom(one.choices).flatMap((combination) => coveragesOf(one, combination, reading)),
        ),
        { isCollection: chosen.some((one) => isCollection(one, asked)) },
      );
    },
  };
}

function sampleGroup(
  layer: QueryableLayer,
  { group, choices, asked }: { group: ParameterGroup; choices: GroupChoices; asked: SitesAsked },
): GroupSamples[] {
  const levels = askedLevels(layer.manifest.grid, choices);
  const samples = asked.sites.flatMap((site) =>
    levelsOf(site, levels).map((level) => ({ site, ...(level && { level }) })),
  );
  if (!samples.some(hasCell)) return [];
  const isSeries = countOf(choices.t) > 1;
  if (asked.isMany) return [{ group, choices, samples, form: isSeries ? 'series' : 'points' }];
  return [{ group, choices, samples, form: samples.length > 1 && !isSeries ? 'profile' : 'series' }];
}

function isCollection({ form, choices }: GroupSamples, { isMany }: SitesAsked): boolean {
  return (isMany && form === 'series') || choices.custom.some(({ isSingle }) => !isSingle);
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
  readonly crs: Coverage['domain']['crs'];
}

function coveragesOf(one: GroupSamples, combination: CustomCombination, reading: Reading): Coverage[] {
  switch (one.form) {
    case 'series':
      return one.samples.map((sample) => seriesCoverage(one, sample, { combination, reading }));
    case 'profile':
      return [profileCoverage(one, { combination, reading })];
    case 'points':
      return [pointsCoverage(one, { combination, reading })];
    default:
      return one.form satisfies never;
  }
}

interface CoverageContext {
  readonly combination: CustomCombination;
  readonly reading: Reading;
}

function seriesCoverage(
  { group, choices }: GroupSamples,
  sample: Sample,
  { combination, reading }: CoverageContext,
): Coverage {
  const { layer, context, crs } = reading;
  const { site, level } = sample;
  const { t } = choices;
  const grid = layer.manifest.grid;
  return {
    members: combination.members,
    domain: {
      domainType: countOf(t) > 1 ? 'PointSeries' : 'Point',
      x: numbers([site.x]),
      y: numbers([site.y]),
      crs,
      ...domainTimeAndLevel(grid, { ...(t && { t }) }),
      ...(level && { z: numbers([level.value]), vertical: verticalOf(grid) }),
    },
    ranges: group.parameters.map(({ id }) =>
      rangeOf(id, [['t', countOf(t)]], () => {
        const query = sampleQuery(id, sample, { t, combination });
        return query === undefined ? noValues(countOf(t)) : readValues(layer, query, context);
      }),
    ),
  };
}

function profileCoverage(one: GroupSamples, { combination, reading }: CoverageContext): Coverage {
  const { layer, context, crs } = reading;
  const { group, choices, samples } = one;
  const { t, z } = choices;
  const first = samples[0]!;
  return {
    members: combination.members,
    domain: {
      domainType: 'VerticalProfile',
      x: numbers([first.site.x]),
      y: numbers([first.site.y]),
      crs,
      ...domainTimeAndLevel(layer.manifest.grid, choices),
    },
    ranges: group.parameters.map(({ id }) =>
      rangeOf(id, [['z', samples.length]], () => {
        const query = sampleQuery(id, { site: first.site }, { t, combination });
        return readValues(layer, { ...query!, ...(z && { z }) }, context);
      }),
    ),
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
      const query = { parameter: id, ...(t && { t }), custom: combination.custom };
      return rangeOf(id, [['composite', samples.length]], () =>
        readSamples(layer, samples, { query, context }),
      );
    }),
  };
}

function sampleQuery(
  parameter: string,
  sample: Sample,
  { t, combination }: { t: AxisSelection | undefined; combination: CustomCombination },
): LayerQuery | undefined {
  const { cell } = sample.site;
  if (cell === undefined || !hasCell(sample)) return undefined;
  return {
    parameter,
    x: oneIndex(cell.col),
    y: oneIndex(cell.row),
    ...(t && { t }),
    ...(sample.level?.index !== undefined && { z: oneIndex(sample.level.index) }),
    custom: combination.custom,
  };
}

async function* noValues(count: number): AsyncGenerator<Float64Array> {
  yield new Float64Array(count).fill(Number.NaN);
}

/** Points of one tile share its work; what one tile takes stands for all, since a plan each would cost more than it says. */
function samplesWork(layer: QueryableLayer, { group, choices, samples }: GroupSamples): PlannedWork {
  const places = groupByTile(layer, samples);
  const first = places[0]![0]!.sample;
  const custom = Object.fromEntries(choices.custom.map(({ axis, spans }) => [axis.name, spans]));
  const combination = { members: {}, custom };
  const queries = group.parameters.map(({ id }) => sampleQuery(id, first, { t: choices.t, combination })!);
  const one = planWork(layer, queries);
  return {
    segments: one.segments * places.length,
    tiles: one.tiles * places.length,
    bytes: one.bytes * places.length,
  };
}

function addWork(a: PlannedWork, b: PlannedWork): PlannedWork {
  return { segments: a.segments + b.segments, tiles: a.tiles + b.tiles, bytes: a.bytes + b.bytes };
}
