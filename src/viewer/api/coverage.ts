import { fields, list, number, numbers, text } from './fields.js';

/** A coverage of an EDR answer, as far as charts need it. */
export interface Coverage {
  /** Instants as the service spells them; one or many. */
  readonly times: readonly string[];
  readonly levels: readonly number[];
  /** Places along a path: [longitude, latitude]; empty for other domains. */
  readonly places: readonly (readonly [number, number])[];
  /** Values of the one parameter asked for, NaN for no data, in the order of `axes`. */
  readonly values: readonly number[];
  readonly axes: readonly string[];
  readonly shape: readonly number[];
}

/** Reads CoverageJSON with one parameter: a coverage or a collection of them. A section is a coverage for each of its levels. */
export function parseCoverages(answer: unknown): Coverage[] {
  const { coverages } = fields(answer);
  return (coverages === undefined ? [answer] : list(coverages)).map(parseCoverage).flatMap(splitSection);
}

function splitSection(coverage: Coverage): Coverage[] {
  const { levels, places, values } = coverage;
  if (places.length === 0 || levels.length * places.length !== values.length) return [coverage];
  return levels.map((level, i) => ({
    ...coverage,
    levels: [level],
    axes: ['composite'],
    shape: [places.length],
    values: values.slice(i * places.length, (i + 1) * places.length),
  }));
}

function parseCoverage(answer: unknown): Coverage {
  const coverage = fields(answer);
  const axes = fields(fields(coverage.domain).axes);
  const tuples = fields(axes.composite);
  const [range] = Object.values(fields(coverage.ranges)).map(fields);
  const common = {
    values: numbers(range?.values),
    axes: list(range?.axisNames).map(String),
    shape: numbers(range?.shape),
  };
  if (Object.keys(tuples).length === 0) {
    return {
      ...common,
      times: axisValues(axes.t).map(text),
      levels: axisValues(axes.z).map(number),
      places: [],
    };
  }
  const names = list(tuples.coordinates).map(String);
  const column = (name: string) => {
    const at = names.indexOf(name);
    return at < 0 ? [] : list(tuples.values).map((tuple) => list(tuple)[at]);
  };
  const [xs, ys] = [numbers(column('x')), numbers(column('y'))];
  return {
    ...common,
    times: [...new Set(column('t').map(text))],
    levels: axes.z === undefined ? [...new Set(numbers(column('z')))] : axisValues(axes.z).map(number),
    places: xs.map((x, i) => [x, ys[i]!] as const),
  };
}

function axisValues(axis: unknown): readonly unknown[] {
  const { values, start, stop, num } = fields(axis);
  if (values !== undefined) return list(values);
  const count = Number(num);
  if (!(count > 0)) return [];
  const step = count > 1 ? (Number(stop) - Number(start)) / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) => Number(start) + i * step);
}
