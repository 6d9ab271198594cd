import type { ColourRange } from './colour-range.js';
import type { ColourScale } from './colour-scale.js';
import { evenPlaces, type PlaceScale } from './even-places.js';
import { firstKey, keyAfter, keyFrom, type Step, type StepTable, stepTable } from './step-table.js';

/** Palette indexes of values in a range, 1 to `count`, and beyond it. */
export interface IndexSlots {
  readonly count: number;
  readonly below: number;
  readonly above: number;
}

/** Scales whose indexes are found by steps. */
export type SteppedScale = Exclude<ColourScale, { readonly kind: 'cycle' }>;

/** Where the index of a scale changes. The range is one that `checkScaleRange` has seen. */
export function scaleSteps(scale: SteppedScale, range: ColourRange, slots: IndexSlots): StepTable {
  switch (scale.kind) {
    case 'linear':
    case 'log':
    case 'diverging':
      return rampSteps(range, slots, evenPlaces(scale, range));
    case 'steps':
      return breakSteps(evenBreaks(range, scale.count), slots);
    case 'classes':
      return breakSteps(scale.breaks, slots);
    case 'categories':
      return separateSteps(scale.categories.map(({ value }) => [keyFrom(value), keyAfter(value)]));
    case 'intervals':
      return separateSteps(scale.intervals.map(({ low, high }) => [keyFrom(low), keyFrom(high)]));
    default:
      return scale satisfies never;
  }
}

/** The `count + 1` ends of so many classes of equal width. */
export function evenBreaks({ low, high }: ColourRange, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, at) =>
    at === count ? high : low + (at / count) * (high - low),
  );
}

/** Every value has the colour nearest to its place; a range of one value shows it in the middle colour. */
function rampSteps(
  { low, high }: ColourRange,
  { count, below, above }: IndexSlots,
  { placeOf, valueAt }: PlaceScale,
): StepTable {
  const first = keyFrom(low);
  const end = { key: keyAfter(high), index: above };
  if (low === high) return stepTable([{ key: first, index: Math.ceil((count + 1) / 2) }, end], below);
  const steps: Step[] = [{ key: first, index: 1 }];
  for (let index = 2; index <= count; index++) {
    const guess = keyFrom(valueAt((index - 1.5) / (count - 1)));
    const isReached = (value: number) => 1 + Math.round(placeOf(value) * (count - 1)) >= index;
    steps.push({ key: firstKey(isReached, { first, last: end.key, guess }), index });
  }
  return stepTable([...steps, end], below);
}

function breakSteps(breaks: readonly number[], { count, below, above }: IndexSlots): StepTable {
  const [low, high] = [breaks[0]!, breaks.at(-1)!];
  const end = { key: keyAfter(high), index: above };
  const middle = { key: keyFrom(low), index: Math.ceil((count + 1) / 2) };
  if (low === high) return stepTable([middle, end], below);
  const steps = breaks.slice(0, -1).map((value, at) => ({ key: keyFrom(value), index: at + 1 }));
  return stepTable([...steps, end], below);
}

/** Index n + 1 from the first key of the n-th pair up to, not including, its second; between pairs no data. */
function separateSteps(pairs: readonly (readonly [number, number])[]): StepTable {
  const steps = pairs.flatMap(([from, to], at) => [
    { key: from, index: at + 1 },
    { key: to, index: 0 },
  ]);
  return stepTable(steps, 0);
}
