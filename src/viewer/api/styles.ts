import { builtInStyles } from './built-in-styles.js';
import { fields, list, text } from './fields.js';
import type { ListedStyle } from './listed-style.js';
import { fetchOptional } from './request.js';

/** Every style there is. */
export interface StyleList {
  readonly styles: readonly ListedStyle[];
  /** False for a service without a list: then ramps can neither be reversed nor be logarithmic. */
  readonly isFromService: boolean;
}

/** The styles of the service, or those that every version of it has. */
export async function fetchStyles(): Promise<StyleList> {
  const styles = list(fields(await fetchOptional('styles')).styles).flatMap(parseStyle);
  // Reversed ramps are chosen by a switch.
  const shown = styles.filter(({ id }) => !id.endsWith('_r'));
  return shown.length > 0
    ? { styles: shown, isFromService: true }
    : { styles: builtInStyles, isFromService: false };
}

function parseStyle(answer: unknown): ListedStyle[] {
  const style = fields(answer);
  const id = text(style.id);
  const colours = list(style.colours)
    .map(String)
    .filter((colour) => /^#[0-9a-f]{6,8}$/i.test(colour));
  if (id === '') return [];
  const drawing = text(style.drawing) || 'colours';
  return [{ id, title: text(style.title) || id, drawing, kind: text(style.kind), colours }];
}
