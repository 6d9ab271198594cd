import type { Coverage, CoverageRange, Domain } from '../../formats/index.js';
import { spanIndexes, spanLength } from '../../grid/index.js';
import type { LayerQuery } from '../../layer/index.js';
import { addWork, type EdrPlan, noWork, type PlannedWork } from '../answer-plan.js';
import { cellLattice } from '../cell-lattice.js';
import type { CellMask } from '../cell-mask.js';
import {
  type CustomCombination,
  type CustomSelections,
  combineCustom,
  countCombinations,
  countOf,
  customOf,
  type GroupChoices,
  numbers,
  rangeOf,
} from '../coverage-parts.js';
import type { QueryableLayer, ReadContext } from '../edr-request.js';
import { maskGroup, type OpenedMask } from '../grid-answer.js';
import type { GridWindow } from '../grid-window.js';
import { oneIndex } from '../index-list.js';
import type { Lattice } from '../lattice.js';
import { type AskedGroup, chooseGroups, type GroupsAsked, hasMembers, planGroups } from '../plan-groups.js';
import type { QueryCrs } from '../query-crs.js';
import { resultPlaces, resultTimeAndLevel } from './aggregated-domain.js';
import type { Aggregation } from './aggregation-text.js';
import { foldTiles, foldWork } from './fold-tiles.js';
import { type MergedChoices, mergeCustom, withMerged } from './merged-axes.js';
import { aggregatedId, aggregatedParameters } from './methods.js';
import { passesOf, SharedResults } from './shared-results.js';
import { sideBySideZones } from './side-by-side-zones.js';
import type { Zone } from './zone.js';

/** What is summed up, and how. */
export interface AggregatedAsked extends GroupsAsked {
  readonly crs: QueryCrs;
  readonly aggregation: Aggregation;
}

/** A group at its kept custom axes. */
type AggregatedGroup = AskedGroup & MergedChoices;

/** One window of the answer, opened: what its cells are, and which count. */
interface OpenZone {
  readonly window: GridWindow;
  readonly mask: CellMask | undefined;
}

/**
 * Results over axes of a grid. While x or y is left the answer is a Grid over the window; else it has a value for each
 * of the zones: Polygon or PolygonSeries for one, MultiPolygon or MultiPolygonSeries for several, one for each level.
 */
export function planAggregatedGrid(
  layer: QueryableLayer,
  cells: GridWindow | readonly Zone[] | undefined,
  asked: AggregatedAsked,
): EdrPlan {
  const plan = new GridAggregation(layer, cells, asked);
  return plan.isEmpty ? { kind: 'no-data' } : plan.plan();
}

class GridAggregation {
  readonly #layer: QueryableLayer;
  readonly #asked: AggregatedAsked;
  readonly #zones: readonly Zone[] | undefined;
  readonly #windows: readonly (GridWindow | undefined)[];
  readonly #reduced: ReadonlySet<string>;
  readonly #chosen: readonly AggregatedGroup[];

  constructor(
    layer: QueryableLayer,
    cells: GridWindow | readonly Zone[] | undefined,
    asked: AggregatedAsked,
  ) {
    this.#layer = layer;
    this.#asked = asked;
    this.#zones = isZones(cells) ? cells : undefined;
    this.#windows = isZones(cells) ? cells.map(({ window }) => window) : [cells];
    this.#reduced = new Set(asked.aggregation.axes);
    this.#chosen = chooseGroups(asked).flatMap(({ group, choices: all }) => {
      const { choices, merged } = mergeCustom(all, this.#reduced);
      return this.#splitLevels(choices).map((some) => ({ group, choices: some, merged }));
    });
  }

  get isEmpty(): boolean {
    return this.#chosen.length === 0 || this.#windows.every((window) => window === undefined);
  }

  plan(): EdrPlan {
    return planGroups(this.#chosen, {
      crs: this.#zones?.[0]?.crs ?? this.#latticeOf(this.#windows[0]!).crs,
      cells: (one) => this.#countResults(one),
      coverages: ({ choices }) => countCombinations(choices),
      work: (one) => this.#workOf(one),
      open: async (context) => {
        const coverages: Coverage[] = [];
        for (const one of this.#chosen) {
          const zones = await this.#openZones(one, context);
          if (zones.every((zone) => zone === undefined)) continue;
          coverages.push(
            ...combineCustom(one.choices).map((custom) => this.#coverageOf(one, custom, { zones, context })),
          );
        }
        if (coverages.length === 0) return undefined;
        return {
          parameters: aggregatedParameters(this.#chosen, this.#asked.aggregation),
          coverages,
          isCollection: hasMembers(this.#chosen) || coverages.length > 1,
        };
      },
    });
  }

  /** The domains of polygons have one level. */
  #splitLevels(choices: GroupChoices): GroupChoices[] {
    const { z } = choices;
    if (this.#zones === undefined || z === undefined || this.#reduced.has('z')) return [choices];
    return [...spanIndexes(z)].map((index) => ({ ...choices, z: oneIndex(index) }));
  }

  /** Lengths of the kept axes. */
  #keptLengths({ choices }: AskedGroup): [name: string, length: number][] {
    const [window] = this.#windows;
    const lengths: [string, number][] = [
      ['t', countOf(choices.t)],
      ['z', countOf(choices.z)],
      ['y', this.#zones === undefined ? spanLength(window!.y) : 1],
      ['x', this.#zones === undefined ? spanLength(window!.x) : 1],
      ['composite', this.#windows.length],
    ];
    return lengths.filter(([name]) => !this.#reduced.has(name));
  }

  #countResults(one: AggregatedGroup): number {
    const results = this.#keptLengths(one).reduce((product, [, length]) => product * length, 1);
    const coverages = countCombinations(one.choices);
    return results * coverages * one.group.parameters.length * this.#asked.aggregation.methods.length;
  }

  #workOf(one: AggregatedGroup): PlannedWork {
    const { group, choices, merged } = one;
    const { methods } = this.#asked.aggregation;
    const custom = withMerged(customOf(choices), merged);
    return group.parameters
      .flatMap(({ id }) =>
        this.#windows.flatMap((window) => {
          if (window === undefined) return [];
          const query = queryOf(id, { window, choices, custom });
          const hasMask = window.mask !== undefined || window.volumeMask !== undefined;
          const results = this.#keptLengths(one).reduce((product, [, length]) => product * length, 1);
          const passes = passesOf({ methods, results });
          const work = foldWork({ layer: this.#layer, query, reduced: this.#reduced }, methods, { hasMask });
          return Array.from({ length: passes }, () => work);
        }),
      )
      .reduce(addWork, noWork);
  }

  async #openZones(one: AggregatedGroup, { signal }: ReadContext): Promise<(OpenZone | undefined)[]> {
    const zones: (OpenZone | undefined)[] = [];
    for (const window of this.#windows) {
      const opened = window && (await this.#openMask(window, signal));
      const masked = opened && (await maskGroup(one, window, opened));
      zones.push(masked && { window, mask: masked.mask });
    }
    return zones;
  }

  /** The mask that all groups have; undefined when no cell counts. */
  async #openMask(window: GridWindow, signal: AbortSignal | undefined): Promise<OpenedMask | undefined> {
    const centres = this.#latticeOf(window).centres();
    const mask = await window.mask?.(centres, signal);
    return window.mask !== undefined && mask === undefined ? undefined : { centres, mask, signal };
  }

  #latticeOf(window: GridWindow): Lattice {
    return cellLattice(this.#layer, window, this.#asked.crs);
  }

  #coverageOf(
    one: AggregatedGroup,
    combination: CustomCombination,
    { zones, context }: { readonly zones: readonly (OpenZone | undefined)[]; readonly context: ReadContext },
  ): Coverage {
    return {
      domain: this.#domainOf(one, zones),
      members: combination.members,
      ranges: one.group.parameters.flatMap(({ id }) =>
        this.#rangesOf(one, { id, custom: withMerged(combination.custom, one.merged), zones, context }),
      ),
    };
  }

  #domainOf({ choices }: AskedGroup, zones: readonly (OpenZone | undefined)[]): Domain {
    const { grid } = this.#layer.manifest;
    const timeAndLevel = resultTimeAndLevel(grid, choices, this.#reduced);
    if (this.#zones === undefined) {
      const { window } = zones[0]!;
      const lattice = this.#latticeOf(window);
      const { xs, ys } = lattice.stated();
      const domain = { x: numbers(xs), y: numbers(ys) };
      const places = resultPlaces(grid, window, { domain, reduced: this.#reduced });
      return { domainType: 'Grid', ...places, crs: lattice.crs, ...timeAndLevel };
    }
    const isSeries = !this.#reduced.has('t') && countOf(choices.t) > 1;
    const shape = this.#zones.length > 1 ? 'MultiPolygon' : 'Polygon';
    return {
      domainType: isSeries ? `${shape}Series` : shape,
      polygons: this.#zones.map(({ outline }) => outline),
      crs: this.#zones[0]!.crs,
      ...timeAndLevel,
    };
  }

  /** A range for each method. */
  #rangesOf(
    one: AggregatedGroup,
    about: {
      readonly id: string;
      readonly custom: CustomSelections;
      readonly zones: readonly (OpenZone | undefined)[];
      readonly context: ReadContext;
    },
  ): CoverageRange[] {
    const { methods } = this.#asked.aggregation;
    const axes = this.#keptLengths(one);
    const count = axes.reduce((product, [, length]) => product * length, 1) / this.#windows.length;
    const results = about.zones.map((zone) => {
      if (zone === undefined) return undefined;
      const { window } = zone;
      const query = queryOf(about.id, { window, choices: one.choices, custom: about.custom });
      const volume = { layer: this.#layer, query, reduced: this.#reduced, mask: zone.mask };
      return new SharedResults({
        methods,
        results: count,
        compute: (some) => foldTiles(volume, some, about.context),
      });
    });
    return methods.map((method) =>
      rangeOf(aggregatedId(about.id, method), axes, () => {
        if (results.length === 1) return results[0]!.of(method);
        return sideBySideZones(
          results.map((shared) => shared?.of(method)),
          { count, missing: method === 'count' ? 0 : Number.NaN },
        );
      }),
    );
  }
}

function isZones(cells: GridWindow | readonly Zone[] | undefined): cells is readonly Zone[] {
  return Array.isArray(cells);
}

function queryOf(
  parameter: string,
  about: {
    readonly window: GridWindow;
    readonly choices: GroupChoices;
    readonly custom: CustomSelections;
  },
): LayerQuery {
  const { t, z } = about.choices;
  const { x, y } = about.window;
  return { parameter, x, y, ...(t && { t }), ...(z && { z }), custom: about.custom };
}
