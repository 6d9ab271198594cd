import { html, type Markup } from '../../render/index.js';
import type { CoverageParameter } from '../coverage.js';
import type { ReadCoverage } from './read-coverage.js';

/** Coverages of one kind that have a parameter. */
export interface ParameterCoverages {
  readonly parameter: CoverageParameter;
  /** Of the parameter, in `columns`. */
  readonly column: number;
  readonly coverages: readonly ReadCoverage[];
}

/** A picture with its title, and what has to be said of it. */
export function figure({
  title,
  content,
  note,
}: {
  readonly title: string;
  readonly content?: Markup;
  readonly note?: string;
}): Markup {
  return html`<figure><figcaption>${title}</figcaption>${content}${note === undefined ? undefined : html`<p class="note">${note}</p>`}</figure>`;
}
