import { button } from '../elements.js';
import { icon } from './icons.js';

/** Buttons that move the map: nearer, farther, to the whole layer. */
export function viewButtons({
  onZoom,
  onWhole,
}: {
  readonly onZoom: (steps: number) => void;
  readonly onWhole: () => void;
}): HTMLButtonElement[] {
  return [
    button(icon('nearer'), () => onZoom(1), { 'aria-label': 'Zoom in', title: 'Zoom in (+)' }),
    button(icon('farther'), () => onZoom(-1), { 'aria-label': 'Zoom out', title: 'Zoom out (\u2212)' }),
    button(icon('whole'), onWhole, { 'aria-label': 'Whole layer on the map', title: 'Whole layer' }),
  ];
}
