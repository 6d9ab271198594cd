import { type CoverageParameter, describeParameter } from '../../formats/index.js';
import { fractionForm } from '../answer-plan.js';
import type { AskedGroup } from '../plan-groups.js';

/** Every method, by its name in a request. */
export const aggregationMethods = ['mean', 'min', 'max', 'sum', 'count', 'std'] as const;

/** How many values become one. Missing values never count. */
export type AggregationMethod = (typeof aggregationMethods)[number];

/** For people, in the description of a collection. */
export const methodDescriptions: Readonly<Record<AggregationMethod, string>> = {
  mean: 'Mean of the valid values; over y weighted by the area of cells',
  min: 'Smallest of the valid values',
  max: 'Largest of the valid values',
  sum: 'Sum of the valid values, not weighted',
  count: 'Number of valid values',
  std: 'Standard deviation of the valid values as a whole population; over y weighted by the area of cells',
};

/** The parameters of groups as they are answered, each by each method. */
export function aggregatedParameters(
  groups: readonly Pick<AskedGroup, 'group'>[],
  { methods, axes }: { readonly methods: readonly AggregationMethod[]; readonly axes: readonly string[] },
): CoverageParameter[] {
  // Levels repeat a group.
  const parameters = new Set(groups.flatMap(({ group }) => group.parameters));
  return [...parameters].flatMap((parameter) =>
    methods.map((method) => aggregatedParameter(describeParameter(parameter), method, axes)),
  );
}

/** `t2m` by `mean` is `t2m_mean`. */
function aggregatedParameter(
  parameter: CoverageParameter,
  method: AggregationMethod,
  axes: readonly string[],
): CoverageParameter {
  const { standardName, ...others } = parameter;
  const named: CoverageParameter = {
    ...others,
    id: aggregatedId(parameter.id, method),
    title: `${parameter.title}, ${method} over ${axes.join(', ')}`,
    cellMethod: { method, axes },
  };
  switch (method) {
    case 'min':
    case 'max':
      return { ...named, ...(standardName !== undefined && { standardName }) };
    case 'mean':
    case 'std':
      return {
        ...named,
        ...(standardName !== undefined && { standardName }),
        ...fractionForm(parameter),
      };
    case 'sum':
      return { ...named, ...(standardName !== undefined && { standardName }), precision: 'float64' };
    case 'count':
      return { ...named, unit: '1', dataType: 'integer', precision: 'float64' };
    default:
      return method satisfies never;
  }
}

/** Unlike for all parameters and methods, since no method has an underscore. */
export function aggregatedId(parameter: string, method: AggregationMethod): string {
  return `${parameter}_${method}`;
}
