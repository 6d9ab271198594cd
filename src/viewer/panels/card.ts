import { isAbort } from '../api/request.js';
import { button, element } from '../elements.js';
import { icon } from './icons.js';

/** A card of results with a title and a button that closes it. */
export class Card {
  readonly body = element('div', { class: 'card-body' });
  readonly root: HTMLElement;
  readonly #title = element('h2', { tabindex: '-1' });

  constructor(id: string, onClose: () => void) {
    this.#title.id = `${id}-title`;
    this.root = element(
      'section',
      { id, class: 'card', 'aria-labelledby': this.#title.id },
      element(
        'header',
        {},
        this.#title,
        button(icon('close'), onClose, { class: 'plain', 'aria-label': `Close ${id}`, title: 'Close' }),
      ),
      this.body,
    );
    this.root.hidden = true;
  }

  set title(title: string) {
    this.#title.textContent = title;
  }

  set isOpen(isOpen: boolean) {
    this.root.hidden = !isOpen;
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }
}

/** One part of a card that is filled by a request. */
export class AskedPart {
  readonly root = element('div', { class: 'part', 'aria-live': 'off' });
  #asking: AbortController | undefined;
  #key = '';

  /**
   * Asks what `key` names, unless it is there or on its way, and gives up what was asked before. While it loads the last
   * answer stays, dimmed; `empty` says so where nothing is there, and a failure can be tried again.
   */
  ask<T>(
    key: string,
    {
      load,
      show,
      empty,
    }: {
      readonly load: (signal: AbortSignal) => Promise<T | undefined>;
      /** What is shown; `undefined` means nothing is there. */
      readonly show: (answer: T) => readonly (Node | string)[] | Promise<readonly (Node | string)[]>;
      readonly empty: string;
    },
  ): void {
    if (key === this.#key) return;
    this.stop();
    this.#key = key;
    const asking = new AbortController();
    this.#asking = asking;
    this.root.setAttribute('aria-busy', 'true');
    if (this.root.childElementCount === 0) this.root.append(stateLine('Loading\u2026'));
    const finish = (content: readonly (Node | string)[]) => {
      if (asking.signal.aborted) return;
      this.root.removeAttribute('aria-busy');
      this.root.replaceChildren(...content);
    };
    load(asking.signal)
      .then(async (answer) => finish(answer === undefined ? [stateLine(empty)] : await show(answer)))
      .catch((error: unknown) => {
        if (isAbort(error)) return;
        const again = button('Try again', () => {
          this.#key = '';
          this.root.replaceChildren();
          this.ask(key, { load, show, empty });
        });
        finish([element('p', { class: 'state error', role: 'alert' }, (error as Error).message), again]);
      });
  }

  /** Gives up what is on its way and forgets what was shown. */
  clear(): void {
    this.stop();
    this.root.replaceChildren();
  }

  stop(): void {
    this.#asking?.abort();
    this.#key = '';
  }
}

/** A line that says what a part is waiting for or lacks. */
function stateLine(text: string): HTMLParagraphElement {
  return element('p', { class: 'state' }, text);
}

/** Names with values. */
export function factList(facts: readonly (readonly [string, string])[]): HTMLDListElement {
  const items = facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
  return element('dl', { class: 'facts' }, ...items);
}
