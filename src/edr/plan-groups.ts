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
interface GroupQuery<G extends AskedGroup> {
  readonly crs: Crs;
  /** What there is of a group; several where it is answered in parts, none where it has no value. */
  choose(asked: AskedGroup): readonly G[];
  /** Values of the answer. */
  cells(one: G): number;
  coverages(one: G): number;
  work(one: G): PlannedWork;
  /** Undefined when no cell turns out to be inside. */
  open(chosen: readonly G[], context: ReadContext): Promise<CoverageAnswer | undefined>;
}

/** The plan of an answer that has the coverages of one group of parameters after those of another. */
export function planGroups<G extends AskedGroup>(asked: GroupsAsked, query: GroupQuery<G>): EdrPlan {
  const chosen = asked.groups.flatMap((group) => {
    const choices = choicesOf(group, asked.choices);
    return choices === undefined ? [] : query.choose({ group, choices });
  });
  if (chosen.length === 0) return { kind: 'no-data' };
  const sum = (count: (one: G) => number) => chosen.reduce((total, one) => total + count(one), 0);
  return {
    kind: 'answer',
    cells: sum((one) => query.cells(one)),
    crs: query.crs,
    work: () => chosen.map((one) => query.work(one)).reduce(addWork, noWork),
    async open(context) {
      checkCoverageCount(sum((one) => query.coverages(one)));
      return query.open(chosen, context);
    },
  };
}

/** True when a custom axis is asked at no single value, so that even one coverage is a collection. */
export function hasMembers(chosen: readonly AskedGroup[]): boolean {
  return chosen.some(({ choices }) => choices.custom.some(({ isSingle }) => !isSingle));
}
