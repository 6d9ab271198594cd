import type { CoverageAnswer } from '../../formats/index.js';
import {
  type Axis,
  axisLength,
  coordinateAt,
  formatInstant,
  type Grid,
  nearestFinder,
  parseInstant,
} from '../../grid/index.js';
import { html, type Markup } from '../../render/index.js';

/** Longer stretches are not drawn whole. */
const MAX_STEPS = 6;

/** The axes to move along, and the address of the query with some parameters changed. */
export interface Steps {
  readonly again: (changes: Readonly<Record<string, string>>) => string;
  readonly grid: Pick<Grid, 't' | 'z'>;
}

/**
 * Links to the times and levels before and after those of an answer that is drawn as maps; as many at once as the
 * answer has, and no more than are drawn.
 */
export function stepLinks({ coverages }: CoverageAnswer, { again, grid }: Steps): Markup | undefined {
  const { domain } = coverages[0]!;
  if (!['Grid', 'Point', 'MultiPoint'].includes(domain.domainType)) return undefined;
  const { t, z } = grid;
  const times = domain.t?.kind === 'times' ? domain.t.values : [];
  const levels = domain.z?.kind === 'numbers' ? domain.z.values : [];
  const links = [
    ...(t === undefined
      ? []
      : neighbours(t, { shown: times.map((text) => parseInstant(text, t.calendar).from) })
    ).map(({ from, to, sense }) => {
      const [first, last] = [formatInstant(from, t!.calendar), formatInstant(to, t!.calendar)];
      const text = from === to ? first : `${first}/${last}`;
      return { href: again({ f: 'html', datetime: text }), label: `${sense} time: ${text}` };
    }),
    ...(z === undefined ? [] : neighbours(z, { shown: levels })).map(({ from, to, sense }) => {
      const text = from === to ? String(from) : `${Math.min(from, to)}/${Math.max(from, to)}`;
      return { href: again({ f: 'html', z: text }), label: `${sense} level: ${text} ${z?.unit ?? ''}` };
    }),
  ];
  if (links.length === 0) return undefined;
  return html`<nav class="steps" aria-label="Steps">${links.map(({ href, label }) => html`<a href="${href}">${label}</a>`)}</nav>`;
}

interface Neighbour {
  readonly sense: 'Previous' | 'Next';
  readonly from: number;
  readonly to: number;
}

/** The stretches of an axis before and after the one that begins with the first coordinate shown. */
function neighbours(axis: Axis, { shown }: { readonly shown: readonly number[] }): Neighbour[] {
  const first = shown[0] === undefined ? undefined : nearestFinder(axis)(shown[0]);
  if (first === undefined) return [];
  const count = Math.min(shown.length, MAX_STEPS);
  const stretch = (start: number, end: number, sense: Neighbour['sense']): Neighbour[] =>
    start >= end ? [] : [{ sense, from: coordinateAt(axis, start), to: coordinateAt(axis, end - 1) }];
  const length = axisLength(axis);
  return [
    ...stretch(Math.max(0, first - count), first, 'Previous'),
    ...stretch(first + count, Math.min(length, first + 2 * count), 'Next'),
  ];
}
