import {
  type CoverageAnswer,
  type CoverageFormat,
  coverageFormats,
  showAnswer,
} from '../../formats/index.js';
import { html, type Markup } from '../../render/index.js';
import { htmlOffer } from '../http/page-offers.js';
import { type Alternate, type PageContent, pageBytes } from './page.js';
import { type QueryForm, queryForm } from './query-form.js';
import { type Steps, stepLinks } from './step-links.js';

/** A query and where it was asked. */
export interface AnswerPage extends Steps {
  readonly form: QueryForm;
  /** Of the landing page, and of the collection. */
  readonly home: string;
  readonly collection: string;
}

/** Answers as pages for people: a form like the others, made for one request. */
export function answerPage(page: AnswerPage): CoverageFormat {
  return {
    ...htmlOffer,
    aliases: [],
    isText: true,
    statesAddress: true,
    isWhole: true,
    async *encode(answer, options) {
      const shown = await showAnswer(answer, options);
      const body = html`${stepLinks(answer, page)}${shown}`;
      yield pageBytes(pageOf(page, { body, alternates: otherForms(page, answer) }));
    },
  };
}

/** What there is to say when nothing matches. */
export function noDataPage(page: AnswerPage): Buffer {
  const body = html`<p class="problem">No data: no cell, time or level of the collection matches what was asked.</p>`;
  return pageBytes(pageOf(page, { body, alternates: [] }));
}

function pageOf(
  { form, home, collection }: AnswerPage,
  { body, alternates }: { readonly body: Markup; readonly alternates: readonly Alternate[] },
): PageContent {
  const title = form.document.title;
  return {
    title: `${title}: ${form.query.name}`,
    home,
    alternates,
    body: html`<p>From the collection <a href="${collection}?f=html">${title}</a>.${sameAs(alternates)}</p>
${body}
<h2>Ask again</h2>${queryForm(form)}`,
  };
}

function sameAs(alternates: readonly Alternate[]): Markup | undefined {
  if (alternates.length === 0) return undefined;
  const links = alternates.map(
    ({ href, title }, i) => html`${i > 0 ? ', ' : ''}<a href="${href}">${title}</a>`,
  );
  return html` The same as ${links}.`;
}

/** The forms that can hold the answer. */
function otherForms({ again }: AnswerPage, answer: CoverageAnswer): Alternate[] {
  const able = coverageFormats.filter((format) => format.refuse?.(answer) === undefined);
  return able.map(({ token, mediaTypes }) => ({
    href: again({ f: token }),
    type: mediaTypes[0]!,
    title: token,
  }));
}
