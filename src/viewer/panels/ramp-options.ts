import type { ListedStyle } from '../api/styles.js';
import type { ListOption } from '../elements.js';

const kinds = ['sequential', 'diverging', 'cyclical', 'categorical'];

/** Ramps as options of a list, among their kind, with their colours. */
export function rampOptions(styles: readonly ListedStyle[]): ListOption[] {
  return styles
    .filter(({ drawing }) => drawing === 'colours')
    .toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
    .map(({ id, title, kind, colours }) => ({
      value: id,
      label: title,
      group: kind && `${kind[0]!.toUpperCase()}${kind.slice(1)}`,
      swatch: kind === 'categorical' ? stripes(colours) : gradient(colours),
    }));
}

/** Colours from left to right, mixed between. */
export function gradient(colours: readonly string[]): string {
  return colours.length > 1 ? `linear-gradient(90deg, ${colours.join(', ')})` : (colours[0] ?? 'none');
}

/** Colours from left to right, side by side. */
export function stripes(colours: readonly string[]): string {
  const share = 100 / Math.max(1, colours.length);
  const stops = colours.map((colour, k) => `${colour} ${k * share}% ${(k + 1) * share}%`);
  return `linear-gradient(90deg, ${stops.join(', ')})`;
}
