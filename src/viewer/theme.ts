/** What the page looks like: as the system says, or as the reader chose. */
export type Theme = 'system' | 'light' | 'dark';

/** The event of the window after which canvases have to be drawn anew. */
export const themeChanged = 'tilecurve-theme';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const key = 'tilecurve-theme';

/** The theme that was chosen last. */
export function storedTheme(): Theme {
  return themes.find((theme) => theme === readSetting(key)) ?? 'system';
}

/** Shows a theme and keeps it for the next visit. */
export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  writeSetting(key, theme);
  window.dispatchEvent(new Event(themeChanged));
}

/** Shows the theme that was chosen last and follows the system's. */
export function followTheme(): void {
  document.documentElement.dataset.theme = storedTheme();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
    window.dispatchEvent(new Event(themeChanged)),
  );
}

/** A setting of this browser; `undefined` where it keeps none. */
export function readSetting(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a setting where the browser allows it; without, it lasts as long as the page. */
export function writeSetting(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Private windows may refuse.
  }
}

/** Redraws what belongs to an element with each theme; `close` is called once, at the first after it has left the page. */
export function redrawWithTheme(
  root: HTMLElement,
  { redraw, close }: { readonly redraw: () => void; readonly close: () => void },
): void {
  const follow = () => {
    if (root.isConnected) return redraw();
    window.removeEventListener(themeChanged, follow);
    close();
  };
  window.addEventListener(themeChanged, follow);
}
