import { html, type Markup } from '../../render/index.js';

/** One of the values that a field offers, and what it is called. */
export interface Choice {
  readonly value: string;
  readonly label?: string;
}

/** One field of a form: a choice where there are `choices`, else a text. */
export interface Field {
  readonly name: string;
  readonly description: string;
  /** A `value` that is none of them is offered, too. */
  readonly choices?: readonly Choice[];
  readonly value?: string;
  /** True when it may be left empty. */
  readonly isOptional?: boolean;
}

/** A field with its name and what it means. */
export function field({ name, description, choices = [], value, isOptional = false }: Field): Markup {
  const input =
    choices.length > 0
      ? html`<select name="${name}">${withValue(choices, value).map((choice) => option(choice, value))}</select>`
      : isOptional
        ? html`<input name="${name}" value="${value ?? ''}">`
        : html`<input name="${name}" value="${value ?? ''}" required>`;
  return html`<label><span>${name}</span><span>${input}<small>${description}</small></span></label>`;
}

function withValue(choices: readonly Choice[], value: string | undefined): readonly Choice[] {
  const isThere = value === undefined || choices.some((choice) => choice.value === value);
  return isThere ? choices : [...choices, { value }];
}

function option(choice: Choice, value: string | undefined): Markup {
  const label = choice.label ?? choice.value;
  return choice.value === value
    ? html`<option value="${choice.value}" selected>${label}</option>`
    : html`<option value="${choice.value}">${label}</option>`;
}
