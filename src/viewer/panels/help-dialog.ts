import { button, checkbox, element } from '../elements.js';
import { readSetting, writeSetting } from '../theme.js';

const settingName = 'tilecurve-single-keys';
const keys: readonly (readonly [string, string])[] = [
  ['?', 'this list'],
  ['Space', 'play or pause'],
  [', and .', 'previous and next time'],
  ['1 2 3 4', 'place, box, polygon, section'],
  ['C', 'compare two sides'],
  ['K', 'curve and query plan'],
  ['L', 'copy the link'],
  ['M', 'go to the map'],
  ['P', 'open or close the panel'],
];
const mapKeys: readonly (readonly [string, string])[] = [
  ['Arrows', 'move'],
  ['+ and \u2212', 'zoom'],
  ['Enter', 'use the tool in the middle of the map'],
  ['Shift+Enter', 'end a polygon or a section'],
  ['Backspace', 'take the last corner back'],
  ['Escape', 'give the drawing up'],
];

/** The shortcuts, and a switch for those of a single key. */
export class HelpDialog {
  readonly #dialog = element('dialog', { 'aria-labelledby': 'help-title', class: 'help' });

  constructor() {
    const single = checkbox('Shortcuts of a single key', (isOn) =>
      writeSetting(settingName, isOn ? 'on' : 'off'),
    );
    single.input.checked = hasSingleKeys();
    this.#dialog.append(
      element('h2', { id: 'help-title' }, 'Keyboard'),
      table('Anywhere', keys),
      table('On the map', mapKeys),
      single.label,
      element(
        'div',
        { class: 'buttons' },
        button('Close', () => this.#dialog.close()),
      ),
    );
    document.body.append(this.#dialog);
  }

  open(): void {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

/** Whether single keys are shortcuts: speech input may press them by accident. */
export function hasSingleKeys(): boolean {
  return readSetting(settingName) !== 'off';
}

function table(title: string, rows: readonly (readonly [string, string])[]): HTMLElement {
  const lines = rows.map(([key, what]) =>
    element('tr', {}, element('th', { scope: 'row' }, element('kbd', {}, key)), element('td', {}, what)),
  );
  return element('table', {}, element('caption', {}, title), element('tbody', {}, ...lines));
}
