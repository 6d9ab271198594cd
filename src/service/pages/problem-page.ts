import type { FastifyReply, FastifyRequest } from 'fastify';
import { html, type Markup } from '../../render/index.js';
import { baseUrl } from '../http/base-url.js';
import { beginProblem } from '../http/problem.js';
import { pageBytes, pageType, policyHeaders } from './page.js';

const forms = new WeakMap<FastifyRequest, () => Markup>();

/** Should a request fail, this form goes with the page that says why. */
export function offerForm(request: FastifyRequest, form: () => Markup): void {
  forms.set(request, form);
}

/** Sends the answer for an error as a page, with the form of the query where it is known. */
export function sendProblemPage(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const { status, body } = beginProblem(reply, error);
  const form = forms.get(request);
  const page = html`<p class="problem">${String(body.detail)}</p>${form && html`<h2>Ask again</h2>${form()}`}`;
  const title = `${status} ${String(body.title)}`;
  return reply
    .headers({ ...policyHeaders(), Vary: 'Accept', 'Content-Type': pageType })
    .send(pageBytes({ title, body: page, home: homeOf(request) }));
}

/** A Host header that is none may be the very problem; links are relative then. */
function homeOf(request: FastifyRequest): string {
  try {
    return baseUrl(request);
  } catch {
    return '';
  }
}
