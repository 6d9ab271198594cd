import { button, element, field } from '../elements.js';
import { isOwnStyle } from '../state/colours.js';

/** What a style can say: colours at places of the range, classes, values of their own, lines. */
const examples = [
  '{"ramp": [[0, "navy"], [1, "white"]], "range": [0, 9]}',
  '{"ramp": "magma", "breaks": [0, 1, 5], "above": "red"}',
  '{"categories": {"1": {"colour": "green", "label": "Forest"}}}',
  '{"drawing": "contours", "breaks": [0, 10, 20]}',
];

/** A style of one's own as JSON: opened, it begins with what is shown. */
export class OwnStyle {
  readonly root = element('details', { id: 'own-style' });
  readonly #text = element('textarea', { id: 'own-style-text', rows: '5', spellcheck: 'false' });
  readonly #problem = element('p', { class: 'note', role: 'alert' });

  constructor(onStyle: (style: string) => void) {
    const apply = () => {
      const text = this.#text.value.trim();
      const reason = problemOf(text);
      this.#problem.textContent = reason;
      this.#text.setAttribute('aria-invalid', String(reason !== ''));
      if (reason === '') onStyle(text);
    };
    this.root.append(
      element('summary', {}, 'Own style as JSON'),
      field('Style', this.#text),
      element('p', { class: 'note' }, 'Members may be left out. For example:'),
      ...examples.map((example) => element('code', {}, example)),
      element(
        'p',
        { class: 'note' },
        'Drawings and ramps: ',
        element('a', { href: 'styles' }, 'list of styles'),
        '.',
      ),
      this.#problem,
      element('div', { class: 'buttons' }, button('Use this style', apply, { id: 'use-own-style' })),
    );
  }

  /** Shows a style; `isOwn` opens the box, so that one sees where the colours come from. */
  show(style: string, { isOwn }: { readonly isOwn: boolean }): void {
    if (isOwn) this.root.open = true;
    if (document.activeElement === this.#text) return;
    this.#text.value = isOwnStyle(style) ? style : JSON.stringify({ ramp: style });
  }
}

/** What is wrong with a style, as far as it is no JSON; the rest the service says. */
function problemOf(text: string): string {
  try {
    JSON.parse(text);
    return isOwnStyle(text) ? '' : 'A style is an object, such as {"ramp": "magma"}.';
  } catch (error) {
    return (error as Error).message;
  }
}
