import { countFeatures, isOneFeature } from '../formats/index.js';
import type { FeatureSpan } from './answer-plan.js';
import { countOf } from './coverage-parts.js';
import { cutBox, type GridQuestion } from './cut-box.js';
import type { Lattice } from './lattice.js';
import type { AskedGroup } from './plan-groups.js';

/** Features of a Grid. */
export function gridFeatures({ choices }: AskedGroup, { columns, rows }: Lattice): number {
  return countFeatures({ places: columns * rows, times: countOf(choices.t), levels: countOf(choices.z) });
}

/** The questions whose answers, one after the other, are some of the features of a Grid, null where no cell counts. */
export function cutGrid(
  one: AskedGroup,
  lattice: Lattice,
  { start, end }: FeatureSpan,
): readonly GridQuestion[] {
  const { columns, rows } = lattice;
  const [times, levels] = [countOf(one.choices.t), countOf(one.choices.z)];
  const shape = [times, levels, rows, columns];
  const isWhole = isOneFeature({ places: columns * rows, times, levels });
  const boxes = isWhole
    ? [shape.map((length) => ({ start: 0, end: length }))]
    : boxesBetween(shape, start, end).flatMap((box) => (columns * rows === 1 ? splitLists(box) : [box]));
  return boxes.map(([t, z, y, x]) => cutBox(one, lattice, { t: t!, z: z!, y: y!, x: x! }));
}

/** The cells from one to another in row-major order, as boxes. */
function boxesBetween(shape: readonly number[], start: number, end: number): FeatureSpan[][] {
  const [length, ...inner] = shape;
  if (length === undefined) return [[]];
  const size = inner.reduce((product, one) => product * one, 1);
  const below = (at: number, from: number, to: number) =>
    boxesBetween(inner, from, to).map((box) => [{ start: at, end: at + 1 }, ...box]);
  const [first, last] = [Math.floor(start / size), Math.floor(end / size)];
  const [before, after] = [start - first * size, end - last * size];
  if (first === last) return below(first, before, after);
  const whole = before === 0 ? first : first + 1;
  return [
    ...(before === 0 ? [] : below(first, before, size)),
    ...(whole === last
      ? []
      : [[{ start: whole, end: last }, ...inner.map((one) => ({ start: 0, end: one }))]]),
    ...(after === 0 ? [] : below(last, 0, after)),
  ];
}

/** At one place, times or levels alone would become the lists of one feature. */
function splitLists(box: readonly FeatureSpan[]): FeatureSpan[][] {
  const [t, z, ...place] = box as readonly [FeatureSpan, FeatureSpan, ...FeatureSpan[]];
  if (t.end - t.start > 1 && z.end - z.start > 1) return [[...box]];
  const each = ({ start, end }: FeatureSpan) =>
    Array.from({ length: end - start }, (_, i) => ({ start: start + i, end: start + i + 1 }));
  return each(t).flatMap((time) => each(z).map((level) => [time, level, ...place]));
}
