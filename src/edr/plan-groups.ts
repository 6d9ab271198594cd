import type { CoverageAnswer } from '../formats/index.js';
import type { Crs } from '../grid/index.js';
import { addWork, checkCoverageCount, type EdrPlan, noWork, type PlannedWork } from './answer-plan.js';
import { choicesOf, type GroupChoices } from './coverage-parts.js';
import type { AxisChoices, ParameterGroup, ReadContext } from './edr-request.js';

/** Parameters with the same axes, and the times, levels and custom values they are asked at. */
export interface AskedGroup {
  readonly group: ParameterGroup;
  readonly choices: GroupChoices;
}

/** What a query asks of the parameters of a layer, wherever it asks it. */
export interface GroupsAsked {
  readonly groups: readonly ParameterGroup[];
  readonly choices: AxisChoices;
}

/** How groups are answered by one kind of query. */
interface GroupQuery<G> {
  readonly crs: Crs;
  /** Values of the answer. */
  cells(one: G): number;
  coverages(one: G): number;
  work(one: G): PlannedWork;
  /** Undefined when no cell turns out to be inside. */
  open(context: ReadContext): Promise<CoverageAnswer | undefined>;
}

/** The groups that have something of what is asked. */
export function chooseGroups({ groups, choices }: GroupsAsked): AskedGroup[] {
  return groups.flatMap((group) => {
    const own = choicesOf(group, choices);
    return own === undefined ? [] : [{ group, choices: own }];
  });
}

/** The plan of an answer that has the coverages of one of `chosen` after those of another; no data when there is none. */
export function planGroups<G>(chosen: readonly G[], query: GroupQuery<G>): EdrPlan {
  if (chosen.length === 0) return { kind: 'no-data' };
  const sum = (count: (one: G) => number) => chosen.reduce((total, one) => total + count(one), 0);
  return {
    kind: 'answer',
    cells: sum(query.cells),
    crs: query.crs,
    work: () => chosen.map(query.work).reduce(addWork, noWork),
    async open(context) {
      checkCoverageCount(sum(query.coverages));
      return query.open(context);
    },
  };
}

/** True when a custom axis is asked at no single value, so that even one coverage is a collection. */
export function hasMembers(chosen: readonly AskedGroup[]): boolean {
  return chosen.some(({ choices }) => choices.custom.some(({ isSingle }) => !isSingle));
}
