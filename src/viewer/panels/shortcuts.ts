import { hasSingleKeys } from './help-dialog.js';

/** Runs what a key stands for, unless it is typed into something, held with others, or switched off. */
export function listenForShortcuts(shortcuts: Readonly<Record<string, () => void>>): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const isTyping = target.closest('input, select, textarea, dialog[open]') !== null;
    // Space presses the button that has the focus.
    const isPressing = event.key === ' ' && target.closest('button, summary, a') !== null;
    const run = shortcuts[event.key.toLowerCase()];
    if (run === undefined || isTyping || isPressing) return;
    if (event.key !== '?' && !hasSingleKeys()) return;
    event.preventDefault();
    run();
  });
}
