const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML that is safe to send: what came from outside is escaped in it. */
export class Markup {
  readonly text: string;

  /** Only `html` makes them. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: texts are escaped, markup and lists of it are not. */
export type MarkupValue = string | number | undefined | Markup | readonly Markup[];

/** HTML with values in it, in content or in quoted attributes. */
export function html(texts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const parts = texts.map((text, i) => text + (i < values.length ? written(values[i]) : ''));
  return new Markup(parts.join(''));
}

function written(value: MarkupValue): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replace(/[&<>"']/g, (character) => entities[character]!);
}
