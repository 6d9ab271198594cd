import { type CoverageFormat, coverageFormats, showAnswer } from '../../formats/index.js';
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
      const steps = stepLinks(answer, page);
      yield pageBytes(pageOf(page, html`${steps}${shown}`));
    },
  };
}

/** What there is to say when nothing matches. */
export function noDataPage(page: AnswerPage): Buffer {
  return pageBytes(
    pageOf(
      page,
      html`<p class="problem">No data: no cell, time or level of the collection matches what was asked.</p>`,
    ),
  );
}

function pageOf(page: AnswerPage, body: Markup): PageContent {
  const { form, home, collection } = page;
  const title = form.document.title;
  const alternates = otherForms(page);
  return {
    title: `${title}: ${form.query.name}`,
    home,
    alternates,
    body: html`<p>From the collection <a href="${collection}?f=html">${title}</a>. The same as ${alternates.map(
      ({ href, title: name }, i) => html`${i > 0 ? ', ' : undefined}<a href="${href}">${name}</a>`,
    )}.</p>
${body}
<h2>Ask again</h2>${queryForm(form)}`,
  };
}

function otherForms({ again }: AnswerPage): Alternate[] {
  return coverageFormats.map(({ token, mediaTypes }) => ({
    href: again({ f: token }),
    type: mediaTypes[0]!,
    title: token,
  }));
}
