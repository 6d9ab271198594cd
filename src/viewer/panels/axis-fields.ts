import { element, field, fillSelect } from '../elements.js';
import type { Choice } from '../state/address.js';
import { formatUnit } from '../state/number-text.js';
import { axesOf, type Selection } from '../state/selection.js';

/** Lists of the levels and custom axes of a parameter. */
export class AxisFields {
  readonly root = element('div', { class: 'axes' });
  readonly #prefix: string;
  readonly #onChoice: (choice: Pick<Choice, 'z' | 'axes'>) => void;
  #key = '';

  /** Ids of the lists begin with `prefix`. */
  constructor(prefix: string, onChoice: (choice: Pick<Choice, 'z' | 'axes'>) => void) {
    this.#prefix = prefix;
    this.#onChoice = onChoice;
  }

  /** Lists stay in place while their axis does, so that the keyboard's focus does too. */
  show(selection: Selection): void {
    const axes = axesOf(selection.layer, selection.parameter);
    const key = JSON.stringify(axes);
    if (this.#key !== key) {
      this.#key = key;
      this.root.replaceChildren(
        ...axes.map(({ name, title, unit, values }) => {
          const select = element('select', { id: `${this.#prefix}axis-${name}`, 'data-axis': name });
          const suffix = formatUnit(unit);
          const options = values.map((value) => ({ value, label: `${value} ${suffix}`.trim() }));
          fillSelect(select, options, undefined);
          select.addEventListener('change', () => this.#onChoice(this.chosen));
          return field(title.replaceAll('_', ' '), select);
        }),
      );
    }
    for (const select of this.#selects()) select.value = selection.axes[select.dataset.axis!]!;
  }

  /** What the lists say. */
  get chosen(): Pick<Choice, 'z' | 'axes'> {
    const chosen = this.#selects().map((select) => [select.dataset.axis!, select.value]);
    const { z, ...axes } = Object.fromEntries(chosen) as Record<string, string>;
    return { axes, ...(z !== undefined && { z }) };
  }

  #selects(): HTMLSelectElement[] {
    return [...this.root.querySelectorAll('select')];
  }
}
