import type { Coverage, CoverageRange, Domain } from '../../formats/index.js';
import { byName, spanIndexes } from '../../grid/index.js';
import type { EdrPlan, PlannedWork } from '../answer-plan.js';
import {
  type CustomCombination,
  type CustomSelections,
  combineCustom,
  countCombinations,
  countOf,
  customOf,
  numbers,
  rangeOf,
} from '../coverage-parts.js';
import type { QueryableLayer, ReadContext } from '../edr-request.js';
import { oneIndex } from '../index-list.js';
import { type AskedGroup, chooseGroups, hasMembers, planGroups } from '../plan-groups.js';
import { batchesOf, batchLength } from '../point-values.js';
import { readsWork } from '../reads-work.js';
import { SeriesBatches } from '../series-batches.js';
import { askedLevels, hasCell, levelsOf, type Sample, type Site } from '../site.js';
import { resultTimeAndLevel } from './aggregated-domain.js';
import type { AggregatedAsked } from './aggregated-grid.js';
import { foldBlocks } from './fold-blocks.js';
import { type MergedChoices, mergeCustom, withMerged } from './merged-axes.js';
import { aggregatedId, aggregatedParameters } from './methods.js';
import { SharedResults } from './shared-results.js';

/** The samples of all sites of a group, those of a site together: a series for each of its levels. */
interface SiteSeries extends AskedGroup, MergedChoices {
  readonly samples: readonly Sample[];
  readonly sites: readonly { readonly site: Site; readonly first: number; readonly levels: number }[];
}

/** Results over times, levels or both at single places: a Point, PointSeries or VerticalProfile for each of them. */
export function planAggregatedSites(
  layer: QueryableLayer,
  asked: AggregatedAsked & { readonly sites: readonly Site[]; readonly isMany: boolean },
): EdrPlan {
  const { aggregation, sites } = asked;
  const reduced = new Set(aggregation.axes);
  const chosen = chooseGroups(asked)
    .map(({ group, choices }) => seriesOf(layer, { group, ...mergeCustom(choices, reduced), sites }))
    .filter(({ samples }) => samples.some(hasCell));
  return planGroups(chosen, {
    crs: asked.crs.crs,
    cells: (one) => countResults(one, aggregation),
    coverages: (one) => countCombinations(one.choices) * one.sites.length,
    work: (one) => seriesWork(layer, one),
    async open(context) {
      const reading = { layer, context, reduced, asked };
      const coverages = chosen.flatMap((one) =>
        combineCustom(one.choices).flatMap((custom) => siteCoverages(one, custom, reading)),
      );
      return {
        parameters: aggregatedParameters(chosen, aggregation),
        coverages,
        isCollection: asked.isMany || hasMembers(chosen) || coverages.length > 1,
      };
    },
  });
}

interface Reading {
  readonly layer: QueryableLayer;
  readonly context: ReadContext;
  readonly reduced: ReadonlySet<string>;
  readonly asked: AggregatedAsked;
}

function seriesOf(
  layer: QueryableLayer,
  { sites, ...chosen }: AskedGroup & MergedChoices & { readonly sites: readonly Site[] },
): SiteSeries {
  const asked = askedLevels(layer.manifest.grid, chosen.choices);
  const samples: Sample[] = [];
  const placed = sites.map((site) => {
    const first = samples.length;
    samples.push(...levelsOf(site, asked).map((level) => ({ site, ...(level && { level }) })));
    return { site, first, levels: samples.length - first };
  });
  return { ...chosen, samples, sites: placed };
}

function countResults(
  { group, choices, samples, sites }: SiteSeries,
  { axes, methods }: AggregatedAsked['aggregation'],
): number {
  const times = axes.includes('t') ? 1 : countOf(choices.t);
  const places = axes.includes('z') ? sites.length : samples.length;
  return group.parameters.length * methods.length * countCombinations(choices) * times * places;
}

/** A coverage for each site. */
function siteCoverages(
  one: SiteSeries,
  { members, custom }: CustomCombination,
  reading: Reading,
): Coverage[] {
  const { group, choices, samples, sites } = one;
  const { layer, context, reduced, asked } = reading;
  const { methods } = asked.aggregation;
  const times = countOf(choices.t);
  // One batch for each value that is merged: sites come one after the other, each with all of them.
  const merged = mergedValues(one).map((values) => ({
    custom: withMerged(custom, values),
    series: new SeriesBatches(layer, context),
  }));
  const block = { samples, times, parameters: valuesRead(one) };
  const reduction = { rows: reduced.has('z'), columns: reduced.has('t') };
  return sites.map(({ site, first, levels }) => {
    const axes = [
      ['z', reduction.rows ? 1 : levels],
      ['t', reduction.columns ? 1 : times],
    ] as const;
    return {
      members,
      domain: siteDomain(one, site, { samples: samples.slice(first, first + levels), reading }),
      ranges: group.parameters.flatMap(({ id }): CoverageRange[] => {
        async function* blocks() {
          for (const { custom: all, series } of merged) {
            const query = { parameter: id, ...(choices.t && { t: choices.t }), custom: all };
            for (let level = 0; level < levels; level++) yield* series.read(block, first + level, query);
          }
        }
        const results = new SharedResults({
          methods,
          results: axes[0][1] * axes[1][1],
          compute: (some) => foldBlocks({ rows: levels, columns: times, blocks }, reduction, some),
        });
        return methods.map((method) => rangeOf(aggregatedId(id, method), axes, () => results.of(method)));
      }),
    };
  });
}

function siteDomain(
  { choices }: SiteSeries,
  site: Site,
  { samples, reading }: { readonly samples: readonly Sample[]; readonly reading: Reading },
): Domain {
  const { layer, reduced, asked } = reading;
  // A level of the point's own may be none of the axis.
  const own = samples.flatMap(({ level }) => level?.value ?? []);
  const { z, ...others } = resultTimeAndLevel(layer.manifest.grid, choices, reduced);
  const levels = site.level === undefined ? z : numbers(own);
  const isSeries = !reduced.has('t') && countOf(choices.t) > 1;
  const isProfile = !reduced.has('z') && samples.length > 1;
  return {
    domainType: isSeries ? 'PointSeries' : isProfile ? 'VerticalProfile' : 'Point',
    x: numbers([site.x]),
    y: numbers([site.y]),
    crs: asked.crs.crs,
    ...others,
    ...(levels && { z: levels }),
  };
}

/** Every combination of values on the axes that are merged; one without any where there are none. */
function mergedValues({ merged }: SiteSeries): CustomSelections[] {
  return Object.entries(merged).reduce<CustomSelections[]>(
    (all, [name, spans]) =>
      all.flatMap((before) =>
        [...spanIndexes(spans)].map((index) => withMerged(before, byName([[name, oneIndex(index)]]))),
      ),
    [byName([])],
  );
}

/** Series that a sample has at once. */
function valuesRead(one: SiteSeries): number {
  return one.group.parameters.length * mergedValues(one).length;
}

function seriesWork(layer: QueryableLayer, one: SiteSeries): PlannedWork {
  const { group, choices, merged, samples } = one;
  const times = countOf(choices.t);
  const batches = batchesOf(samples, batchLength({ times, parameters: valuesRead(one) }));
  const reads = [...batches].map((batch) => ({ samples: batch, times }));
  const custom = withMerged(customOf(choices), merged);
  return readsWork(
    layer,
    reads,
    group.parameters.map(({ id }) => ({ parameter: id, ...(choices.t && { t: choices.t }), custom })),
  );
}
