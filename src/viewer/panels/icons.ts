import { drawing } from '../elements.js';

/** Outlines in a square of 24 units. */
const outlines = {
  place:
    'M12 21s-6.5-5.6-6.5-11a6.5 6.5 0 0 1 13 0c0 5.4-6.5 11-6.5 11Z M12 12.2a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8Z',
  box: 'M4 6h16v12H4Z',
  polygon: 'M12 3.5 20.5 10l-3.2 10H6.7L3.5 10Z',
  path: 'M4 18 9.5 8l5 7L20 5',
  compare: 'M12 3v18 M4 6h5v12H4 M15 6h5v12h-5',
  curve: 'M4 20v-7h7v7h9v-7 M20 13V4h-7v5H4V4',
  play: 'M7 4.5v15l12-7.5Z',
  pause: 'M8 5v14 M16 5v14',
  previous: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  close: 'M6 6l12 12 M18 6 6 18',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7 M14 10a4 4 0 0 0-6-.4l-3 3A4 4 0 0 0 10.700 18.300L12 17',
  nearer: 'M12 5v14 M5 12h14',
  farther: 'M5 12h14',
  whole: 'M4 9V4h5 M20 9V4h-5 M4 15v5h5 M20 15v5h-5',
  done: 'M5 12.5l4.500 4.500L19 7',
  help: 'M9 9.2a3 3 0 1 1 4.400 2.600c-.9.5-1.400 1-1.400 2.200 M12 17.6v.2',
} as const;

/** The name of an icon. */
export type IconName = keyof typeof outlines;

/** An icon beside a text or a label that says the same. */
export function icon(name: IconName): SVGElement {
  const path = drawing('path', { d: outlines[name] });
  return drawing(
    'svg',
    { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' },
    path,
  );
}
