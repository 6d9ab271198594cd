/** The element of the page with this id. */
export function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found as T;
}

/** A new element with attributes and content. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}

/** A new element of a drawing. */
export function drawing(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...content: readonly (Node | string)[]
): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  made.append(...content);
  return made;
}

/** A button that does one thing. */
export function button(
  label: string | Node,
  onClick: () => void,
  attributes: Readonly<Record<string, string>> = {},
): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** A control below its label; the control's id is known. */
export function field(label: string, control: HTMLElement, ...content: readonly HTMLElement[]): HTMLElement {
  const shown = content.length > 0 ? content : [control];
  return element('div', { class: 'field' }, element('label', { for: control.id }, label), ...shown);
}

/** A checkbox in its label. */
export function checkbox(
  label: string,
  onChange: (isChecked: boolean) => void,
  attributes: Readonly<Record<string, string>> = {},
): { readonly label: HTMLLabelElement; readonly input: HTMLInputElement } {
  const input = element('input', { type: 'checkbox', ...attributes });
  input.addEventListener('change', () => onChange(input.checked));
  return { label: element('label', { class: 'check' }, input, ` ${label}`), input };
}

/** One choice of a list. */
export interface ListOption {
  readonly value: string;
  readonly label: string;
  /** The title of those it stands among. */
  readonly group?: string;
  /** A background that shows what it means, in browsers whose lists can. */
  readonly swatch?: string;
}

/** Fills a list with options and chooses one; a list that has them already keeps its elements. */
export function fillSelect(
  select: HTMLSelectElement,
  options: readonly ListOption[],
  chosen: string | undefined,
): void {
  const key = JSON.stringify(options);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    const made = (group: string) => options.filter((option) => (option.group ?? '') === group).map(optionOf);
    const groups = new Set(options.map(({ group = '' }) => group));
    select.replaceChildren(
      ...[...groups].flatMap((group) =>
        group === '' ? made(group) : [element('optgroup', { label: group }, ...made(group))],
      ),
    );
    select.disabled = options.length === 0;
  }
  if (chosen !== undefined) select.value = chosen;
}

function optionOf({ value, label, swatch }: ListOption): HTMLOptionElement {
  const option = element('option', { value }, label);
  if (swatch !== undefined) {
    const picture = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    picture.style.background = swatch;
    option.prepend(picture);
  }
  return option;
}

/** A table of numbers behind a summary, for those who cannot see the chart of it. */
export function dataTable(
  summary: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLDetailsElement {
  const made = element('details', { class: 'table' }, element('summary', {}, summary));
  // Made when it is opened: a series may have thousands of rows.
  made.addEventListener(
    'toggle',
    () => {
      const heads = head.map((title) => element('th', { scope: 'col' }, title));
      const lines = rows.map((row) => element('tr', {}, ...row.map((cell) => element('td', {}, cell))));
      const table = element(
        'table',
        {},
        element('thead', {}, element('tr', {}, ...heads)),
        element('tbody', {}, ...lines),
      );
      made.append(
        element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': summary }, table),
      );
    },
    { once: true },
  );
  return made;
}
