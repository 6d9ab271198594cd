import { element } from './elements.js';
import type { Parameter } from './layer.js';
import { formatUnit, formatValue } from './number-text.js';

const ticks = [0, 0.25, 0.5, 0.75, 1];

/** Shows the colours of a parameter and what they stand for; the gradient itself is in the style sheet. */
export function showLegend(figure: HTMLElement, parameter: Parameter | undefined): void {
  figure.hidden = parameter === undefined;
  if (!parameter) return;
  const unit = formatUnit(parameter.unit);
  const caption = element('figcaption', {}, parameter.title);
  if (unit) caption.append(' ', element('span', { class: 'unit' }, unit));
  const labels = parameter.range ? tickLabels(parameter.range) : ['low', 'high'];
  const scale = element('div', { class: 'scale' }, ...labels.map((label) => element('span', {}, label)));
  figure.replaceChildren(caption, element('div', { class: 'gradient' }), scale);
}

function tickLabels([min, max]: readonly [number, number]): string[] {
  return ticks.map((share) => formatValue(roundTo(min + share * (max - min), (max - min) / 1000)));
}

/** Rounded to the power of ten below `step`, so that labels have the digits that matter and no more. */
function roundTo(value: number, step: number): number {
  if (!(step > 0)) return value;
  const unit = 10 ** Math.floor(Math.log10(step) + 0.5);
  return Math.round(value / unit) * unit;
}
