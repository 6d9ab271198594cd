import {
  type AnswerPlan,
  addWork,
  type EdrPlan,
  type FeatureSpan,
  noWork,
  type PagePlan,
} from './answer-plan.js';
import { choicesAt, combineCustom } from './coverage-parts.js';
import type { AskedGroup } from './plan-groups.js';

/** How a group answers in part. */
interface GroupPages<G> {
  /** Features of one coverage, or of all series of one combination of custom values. */
  features(one: G): number;
  /** Plans that have some of them, in order; the group is asked at one combination. */
  cut(one: G, span: FeatureSpan): readonly EdrPlan[];
}

/**
 * Some features of an answer that has the coverages of one of `chosen` after those of another, the combinations of custom
 * values in each. The whole is opened, too, but not read: it says whether there is an answer, and its parameters.
 */
export function planPage<G extends AskedGroup>(
  whole: AnswerPlan,
  chosen: readonly G[],
  { span, features, cut }: GroupPages<G> & { readonly span: FeatureSpan },
): PagePlan {
  const parts: EdrPlan[] = [];
  let matched = 0;
  for (const one of chosen) {
    const count = features(one);
    for (const combination of combineCustom(one.choices)) {
      const [start, end] = [Math.max(0, span.start - matched), Math.min(count, span.end - matched)];
      if (start < end)
        parts.push(...cut({ ...one, choices: choicesAt(one.choices, combination) }, { start, end }));
      matched += count;
    }
  }
  return { plan: joinParts(whole, parts), matched };
}

function joinParts(whole: AnswerPlan, parts: readonly EdrPlan[]): AnswerPlan {
  const plans = parts.filter((part) => part.kind === 'answer');
  return {
    kind: 'answer',
    cells: plans.reduce((total, { cells }) => total + cells, 0),
    ...(whole.maskedCells !== undefined && { maskedCells: whole.maskedCells }),
    crs: whole.crs,
    work: () => plans.map((plan) => plan.work()).reduce(addWork, noWork),
    async open(context) {
      const answer = await whole.open(context);
      if (answer === undefined) return undefined;
      const opened = await Promise.all(plans.map((plan) => plan.open(context)));
      const coverages = opened.flatMap((part) => part?.coverages ?? []);
      return coverages.length === 0 ? answer : { ...answer, coverages, isCollection: true };
    },
  };
}
