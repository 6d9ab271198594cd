import { button, element, fillSelect } from '../elements.js';
import { setTheme, storedTheme, type Theme } from '../theme.js';
import { icon } from './icons.js';

/** The buttons of the page's head: link, theme, help. */
export class Actions {
  readonly #say: (text: string) => void;
  readonly #link: HTMLButtonElement;
  readonly #dialog = element('dialog', { 'aria-labelledby': 'link-title', class: 'link' });

  constructor(
    root: HTMLElement,
    { onHelp, say }: { readonly onHelp: () => void; readonly say: (text: string) => void },
  ) {
    this.#say = say;
    const theme = element('select', { id: 'theme', 'aria-label': 'Theme', title: 'Theme' });
    const options = (['system', 'light', 'dark'] as const).map((value) => ({
      value,
      label: `${value[0]!.toUpperCase()}${value.slice(1)}`,
    }));
    fillSelect(theme, options, storedTheme());
    theme.addEventListener('change', () => setTheme(theme.value as Theme));
    this.#link = button(icon('link'), () => void this.copyLink(), {
      id: 'copy-link',
      title: 'Copy the link (L)',
    });
    this.#link.append(element('span', {}, 'Copy link'));
    const help = button(icon('help'), onHelp, {
      id: 'help',
      'aria-label': 'Keyboard help',
      title: 'Keyboard (?)',
    });
    root.append(this.#link, theme, help);
    document.body.append(this.#dialog);
  }

  /** Copies the address, or shows it where the browser does not let a page write to the clipboard. */
  async copyLink(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      return this.#showLink();
    }
    const label = this.#link.querySelector('span')!;
    label.textContent = 'Copied';
    this.#say('Link copied');
    setTimeout(() => {
      label.textContent = 'Copy link';
    }, 1500);
  }

  #showLink(): void {
    const text = element('input', {
      type: 'text',
      readonly: '',
      id: 'link-text',
      'aria-labelledby': 'link-title',
    });
    text.value = location.href;
    this.#dialog.replaceChildren(
      element('h2', { id: 'link-title' }, 'Link to this view'),
      text,
      element(
        'div',
        { class: 'buttons' },
        button('Close', () => this.#dialog.close()),
      ),
    );
    this.#dialog.showModal();
    text.select();
  }
}
