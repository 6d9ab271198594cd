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

/** What is said instead of a picture without values. */
export const noValues = 'All values are missing.';

/** A picture with its title, and what has to be said of it. */
export function figure({
  title,
  content,
  notes = [],
}: {
  readonly title: string;
  readonly content?: Markup;
  readonly notes?: readonly string[];
}): Markup {
  const said = notes.length === 0 ? undefined : html`<p class="note">${notes.join(' ')}</p>`;
  return html`<figure><figcaption>${title}</figcaption>${content}${said}</figure>`;
}
