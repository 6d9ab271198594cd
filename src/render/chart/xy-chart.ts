import { html, type Markup } from '../markup.js';
import type { NumberRange } from '../round-numbers.js';
import { drawing, scaleOf, xTick, yTick } from './drawing.js';
import { dotPath, linePath, type Points } from './line-path.js';
import type { Tick } from './ticks.js';

/** One axis of a chart. */
export interface ChartAxis {
  readonly title: string;
  readonly range: NumberRange;
  readonly ticks: readonly Tick[];
  /** Low values to the right, or on top. */
  readonly isReversed?: boolean;
}

/** One line of a chart: points as values on the axes; NaN leaves a gap. */
export interface ChartSeries {
  readonly label: string;
  readonly points: Points;
}

/** A chart of lines over two axes, or of a picture. */
export interface XyChart {
  readonly title: string;
  /** For those who cannot see it. */
  readonly description: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  /** At most `maxSeries`. */
  readonly series: readonly ChartSeries[];
  /** The data: URI of a picture that covers the ranges of both axes. */
  readonly image?: string;
}

/** As many lines as colours and dashes tell apart. */
export const maxSeries = 6;

const WIDTH = 640;
const HEIGHT = 360;
const PLOT = { left: 78, right: WIDTH - 24, top: 30, bottom: HEIGHT - 66 };
/** A line through fewer points shows where they are. */
const MAX_DOTS = 60;

/** The chart as SVG, and what its lines are when there are several. Colours are those of `chartStyle`. */
export function xyChart({ title, description, x, y, series, image }: XyChart): Markup {
  const toX = scaleOf(x, PLOT.left, PLOT.right);
  const toY = scaleOf(y, PLOT.bottom, PLOT.top);
  const lines = series.map(({ points }, index) => {
    const placed = points.map(([px, py]) => [toX(px), toY(py)] as const);
    const dots =
      points.length <= MAX_DOTS ? html`<path class="dots s${index}" d="${dotPath(placed)}"/>` : undefined;
    return html`<path class="line s${index}" d="${linePath(placed)}"/>${dots}`;
  });
  return html`${drawing(
    { width: WIDTH, height: HEIGHT, title, description },
    html`${y.ticks.map((tick) => yTick(tick, toY(tick.value), PLOT))}
${x.ticks.map((tick) => xTick(tick, toX(tick.value), PLOT))}
${image === undefined ? undefined : picture(image)}
<path class="axis" d="M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}"/>
<text class="title" x="4" y="16">${y.title}</text>
<text class="title" x="${PLOT.right}" y="${HEIGHT - 6}" text-anchor="end">${x.title}</text>
${lines}`,
  )}${series.length > 1 ? seriesLegend(series) : undefined}`;
}

function picture(href: string): Markup {
  const { left, right, top, bottom } = PLOT;
  return html`<image href="${href}" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" preserveAspectRatio="none"/>`;
}

function seriesLegend(series: readonly ChartSeries[]): Markup {
  const items = series.map(
    ({ label }, index) =>
      html`<li><svg viewBox="0 0 30 10" width="30" height="10" aria-hidden="true"><path class="line s${index}" d="M2 5H28"/></svg> ${label}</li>`,
  );
  return html`<ul class="legend">${items}</ul>`;
}
