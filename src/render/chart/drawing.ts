import { html, type Markup } from '../markup.js';
import type { NumberRange } from '../round-numbers.js';
import type { Tick } from './ticks.js';

/** Where a drawing has its plot. */
export interface PlotBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** From a value on an axis to a place in the drawing. A range of one value is drawn in the middle. */
export function scaleOf(
  {
    range: { low, high },
    isReversed = false,
  }: { readonly range: NumberRange; readonly isReversed?: boolean },
  from: number,
  to: number,
): (value: number) => number {
  const [start, end] = isReversed ? [to, from] : [from, to];
  // Halves, for the difference of two finite numbers may not be finite.
  const span = high / 2 - low / 2;
  return (value) => (span > 0 ? start + ((value / 2 - low / 2) / span) * (end - start) : (start + end) / 2);
}

/** An SVG that says what it shows. */
export function drawing(
  about: {
    readonly width: number;
    readonly height: number;
    readonly title: string;
    readonly description: string;
  },
  content: Markup,
): Markup {
  const { width, height, title, description } = about;
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. ${description}">
<title>${title}</title><desc>${description}</desc>
${content}</svg>`;
}

/** A line across the plot with its text to the left. */
export function yTick({ label }: Tick, y: number, { left, right }: PlotBox): Markup {
  const at = y.toFixed(1);
  return html`<path class="grid" d="M${left} ${at}H${right}"/><text x="${left - 8}" y="${at}" dy=".35em" text-anchor="end">${label}</text>`;
}

/** A line up the plot with its text below. */
export function xTick({ label, context }: Tick, x: number, { top, bottom }: PlotBox): Markup {
  const at = x.toFixed(1);
  const second =
    context === undefined
      ? undefined
      : html`<text x="${at}" y="${bottom + 42}" text-anchor="middle">${context}</text>`;
  return html`<path class="grid" d="M${at} ${top}V${bottom}"/><text x="${at}" y="${bottom + 22}" text-anchor="middle">${label}</text>${second}`;
}
