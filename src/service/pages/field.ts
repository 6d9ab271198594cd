import { html, type Markup } from './markup.js';

/** One field of a form: a choice where there are `choices`, else a text. */
export interface Field {
  readonly name: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly value?: string;
}

/** A field with its name and what it means. */
export function field({ name, description, choices = [], value = '' }: Field): Markup {
  const input =
    choices.length > 0
      ? html`<select name="${name}">${choices.map((choice) => html`<option>${choice}</option>`)}</select>`
      : html`<input name="${name}" value="${value}" required>`;
  return html`<label><span>${name}</span><span>${input}<small>${description}</small></span></label>`;
}
