import type { CoverageRange, DomainAxis, ValueBlocks } from '../formats/index.js';
import {
  type Axis,
  type AxisSelection,
  byName,
  type IndexSpan,
  selectedNumbers,
  spanIndexes,
  spanLength,
} from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import type { AxisChoices, ParameterGroup, QueryableLayer, ReadContext } from './edr-request.js';
import { oneIndex } from './index-list.js';

/** One choice on every custom axis of a group: what its coverage is called and which cells it has. */
export interface CustomCombination {
  readonly members: Readonly<Record<string, number | string>>;
  readonly custom: Readonly<Record<string, AxisSelection>>;
}

/** Indexes chosen on custom axes, by their names. */
export type CustomSelections = Readonly<Record<string, readonly IndexSpan[]>>;

/** The choices that matter to a group: of axes it has. Undefined when nothing matches on one of them. */
export interface GroupChoices {
  readonly t?: AxisSelection;
  readonly z?: AxisSelection;
  readonly custom: AxisChoices['custom'];
}

/** Choices on the axes that the group's parameters have. */
export function choicesOf(group: ParameterGroup, choices: AxisChoices): GroupChoices | undefined {
  const t = group.axes.includes('t') ? choices.t : undefined;
  const z = group.axes.includes('z') ? choices.z : undefined;
  const custom = choices.custom.filter(({ axis }) => group.axes.includes(axis.name));
  const spans = [t, z, ...custom.map((choice) => choice.spans)];
  if (spans.some((list) => list?.length === 0)) return undefined;
  return { ...(t && { t }), ...(z && { z }), custom };
}

/** Values a selection stands for, 1 on an axis that is absent. */
export function countOf(selection: AxisSelection | undefined): number {
  return selection === undefined ? 1 : spanLength(selection);
}

/** The indexes chosen on all custom axes, as one query takes them. */
export function customOf(choices: Pick<GroupChoices, 'custom'>): CustomSelections {
  return byName(choices.custom.map(({ axis, spans }) => [axis.name, spans]));
}

/** How many combinations of custom values there are. */
export function countCombinations(choices: GroupChoices): number {
  return choices.custom.reduce((product, { spans }) => product * spanLength(spans), 1);
}

/** Every combination of custom values, the first axis slowest. */
export function combineCustom(choices: GroupChoices): CustomCombination[] {
  let combinations: CustomCombination[] = [{ members: {}, custom: byName([]) }];
  for (const { axis, spans } of choices.custom) {
    const values = [...spanIndexes(spans)].map((index) => ({ index, value: valueAt(axis, index) }));
    combinations = combinations.flatMap(({ members, custom }) =>
      values.map(({ index, value }) => ({
        members: { ...members, [axis.name]: value },
        custom: byName([...Object.entries(custom), [axis.name, oneIndex(index)]]),
      })),
    );
  }
  return combinations;
}

/** The same choices at one combination of custom values. */
export function choicesAt(choices: GroupChoices, { custom }: CustomCombination): GroupChoices {
  return {
    ...choices,
    custom: choices.custom.map((choice) => ({ ...choice, spans: custom[choice.axis.name]!, isSingle: true })),
  };
}

function valueAt({ coordinates, ...axis }: Axis, index: number): number | string {
  if (coordinates.kind === 'labels') return coordinates.values[index]!;
  return selectedNumbers({ ...axis, coordinates }, oneIndex(index))[0]!;
}

/** An axis that lists its values. */
export function numbers(values: readonly number[]): DomainAxis {
  return { kind: 'numbers', values };
}

/** A range over the named axes; those of one value are left out. */
export function rangeOf(
  parameter: string,
  axes: readonly (readonly [name: string, length: number])[],
  values: () => ValueBlocks,
): CoverageRange {
  const long = axes.filter(([, length]) => length > 1);
  return {
    parameter,
    axisNames: long.map(([name]) => name),
    shape: long.map(([, length]) => length),
    values,
  };
}

/** The values of a query in order, planned when they are first asked for. */
export async function* readValues(
  layer: QueryableLayer,
  query: LayerQuery,
  context: ReadContext,
): AsyncGenerator<Float64Array> {
  for await (const slab of layer.slabs(layer.plan(query), context)) yield slab.values;
}
