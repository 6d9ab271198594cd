import type { JsonCoverage } from '../edr/read-answer.js';

/** A value of an answer with everything that the answer says about where it is. */
export interface StatedValue {
  /** x, y, z, t and custom axes, as far as it has them. */
  readonly at: Readonly<Record<string, number | string>>;
  /** A cell of a grid; else at a point. */
  readonly isCell: boolean;
  readonly value: number | null;
}

interface JsonAxis {
  readonly values?: readonly unknown[];
  readonly start?: number;
  readonly stop?: number;
  readonly num?: number;
  readonly coordinates?: readonly string[];
}

/** All values of one parameter of CoverageJSON, whatever domain they are on. */
export function statedValues(answer: JsonCoverage, id: string, members: readonly string[]): StatedValue[] {
  return (answer.type === 'CoverageCollection' ? answer.coverages : [answer]).flatMap((coverage) => {
    const axes = coverage.domain.axes as Readonly<Record<string, JsonAxis>>;
    const isCell = coverage.domain.domainType === 'Grid';
    const own = Object.fromEntries(
      members.map((name) => [name, (coverage as unknown as Record<string, number>)[name]!]),
    );
    const { values, axisNames = [], shape = [] } = coverage.ranges[id]!;
    const alone = Object.keys(axes).filter((name) => !axisNames.includes(name));
    return values.map((value, i) => {
      const at: Record<string, number | string> = { ...own };
      const put = (name: string, index: number) => Object.assign(at, coordinatesOf(name, axes[name]!, index));
      for (const name of alone) put(name, 0);
      let rest = i;
      for (let d = axisNames.length - 1; d >= 0; d--) {
        put(axisNames[d]!, rest % shape[d]!);
        rest = Math.floor(rest / shape[d]!);
      }
      return { at, isCell, value };
    });
  });
}

function coordinatesOf(name: string, axis: JsonAxis, index: number): Record<string, number | string> {
  if (axis.values === undefined) {
    const step = axis.num === 1 ? 0 : (axis.stop! - axis.start!) / (axis.num! - 1);
    return { [name]: axis.start! + index * step };
  }
  const value = axis.values[index];
  if (axis.coordinates === undefined) return { [name]: value as number | string };
  return Object.fromEntries(axis.coordinates.map((one, k) => [one, (value as (number | string)[])[k]!]));
}
