import { button, byId, element, fillSelect } from '../elements.js';
import { setTheme, storedTheme, type Theme } from '../theme.js';
import { icon } from './icons.js';

/** How long the button says that the link is copied. */
const copiedMs = 1500;

/** The link, the help, and the theme. */
export class Actions {
  readonly #say: (text: string) => void;
  readonly #link: HTMLButtonElement;
  readonly #dialog = element('dialog', { 'aria-labelledby': 'link-title', class: 'link' });

  constructor(
    root: HTMLElement,
    { onHelp, say }: { readonly onHelp: () => void; readonly say: (text: string) => void },
  ) {
    this.#say = say;
    const theme = byId<HTMLSelectElement>('theme');
    const options = (['system', 'light', 'dark'] as const).map((value) => ({
      value,
      label: `${value[0]!.toUpperCase()}${value.slice(1)}`,
    }));
    fillSelect(theme, options, storedTheme());
    theme.addEventListener('change', () => setTheme(theme.value as Theme));
    this.#link = button(icon('link'), () => void this.copyLink(), {
      id: 'copy-link',
      class: 'plain',
      'aria-label': 'Copy link',
      title: 'Copy the link (L)',
    });
    const help = button(icon('help'), onHelp, {
      id: 'help',
      class: 'plain',
      'aria-label': 'Keyboard help',
      title: 'Keyboard (?)',
    });
    root.append(this.#link, help);
    document.body.append(this.#dialog);
  }

  /** Copies the address, or shows it where the browser does not let a page write to the clipboard. */
  async copyLink(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      return this.#showLink();
    }
    this.#link.replaceChildren(icon('done'));
    this.#say('Link copied');
    setTimeout(() => this.#link.replaceChildren(icon('link')), copiedMs);
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
