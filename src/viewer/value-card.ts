import type { PointValues } from './api.js';
import { element } from './elements.js';
import type { Place } from './layer-map.js';
import { formatPlace, formatUnit, formatValue } from './number-text.js';
import type { Selection } from './selection.js';

/** Shows the values under a place, the chosen parameter first; a button closes the card. */
export function showValues(
  card: HTMLElement,
  { selection, place, values }: { selection: Selection; place: Place; values: PointValues | undefined },
  onClose: () => void,
): void {
  const close = element('button', { type: 'button', 'aria-label': 'Close value' }, '\u00d7');
  close.addEventListener('click', onClose);
  const { parameter, layer } = selection;
  const others = layer.parameters.filter(({ id }) => id !== parameter.id && values?.has(id));
  card.replaceChildren(
    close,
    element('p', { class: 'place' }, formatPlace(place)),
    element('p', { class: 'number' }, valueText(values?.get(parameter.id), parameter.unit)),
    element('p', { class: 'what' }, parameter.title),
    element(
      'dl',
      {},
      ...others.flatMap(({ id, title, unit }) => [
        element('dt', {}, title),
        element('dd', {}, valueText(values?.get(id), unit)),
      ]),
    ),
  );
}

function valueText(value: number | null | undefined, unit: string): string {
  return typeof value === 'number' ? `${formatValue(value)} ${formatUnit(unit)}`.trim() : 'no data';
}
