import { byName } from '../../grid/index.js';
import { type CustomSelections, customOf, type GroupChoices } from '../coverage-parts.js';

/** The choices of a group when some custom axes become one value: those of the others, and what is merged. */
export interface MergedChoices {
  readonly choices: GroupChoices;
  readonly merged: CustomSelections;
}

/** Takes the custom axes that are reduced out of what makes coverages. */
export function mergeCustom(choices: GroupChoices, reduced: ReadonlySet<string>): MergedChoices {
  const isMerged = ({ axis }: GroupChoices['custom'][number]) => reduced.has(axis.name);
  return {
    choices: { ...choices, custom: choices.custom.filter((choice) => !isMerged(choice)) },
    merged: customOf({ custom: choices.custom.filter(isMerged) }),
  };
}

/** The indexes of a coverage on all custom axes. */
export function withMerged(custom: CustomSelections, merged: CustomSelections): CustomSelections {
  return byName([...Object.entries(custom), ...Object.entries(merged)]);
}
