import { html, type Markup } from '../markup.js';
import type { NumberRange } from '../round-numbers.js';
import type { CellImage } from './cell-image.js';
import { drawing, type PlotBox, scaleOf, xTick, yTick } from './drawing.js';
import { linePath, type Points } from './line-path.js';
import { numberTicks, type Tick } from './ticks.js';

/** A mark on a map: filled with a colour, or empty where the value is missing. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
  readonly colour: string | undefined;
}

/** What lies on a map; it shows all of `x` and `y`. */
export interface MapFigure {
  readonly title: string;
  readonly description: string;
  readonly x: NumberRange;
  readonly y: NumberRange;
  /** Degrees, whose lengths differ with latitude; else lengths. */
  readonly isGeographic: boolean;
  readonly image?: CellImage;
  readonly lines?: readonly Points[];
  readonly points?: readonly MapPoint[];
  /** One of several side by side: half as wide. */
  readonly isSmall?: boolean;
}

const HIGHEST = 520;
const LOWEST = 90;
/** Near the poles a degree of longitude would be drawn ever thinner. */
const LEAST_COSINE = 0.3;
const RADIUS = 5;
const TICK_ROOM = 70;
const DEGREE_STEPS = [10, 15, 20, 30, 45, 60, 90, 180];

/** A map as SVG: coordinates along its edges, and what lies on it. */
export function mapFigure(figure: MapFigure): Markup {
  const { title, description, x, y, isSmall = false, image, lines = [], points = [] } = figure;
  const width = isSmall ? 340 : 640;
  const margins = { left: 66, right: 22, top: 12, bottom: 36 };
  const size = plotSize(figure, width - margins.left - margins.right);
  const box: PlotBox = {
    left: margins.left,
    right: margins.left + size.width,
    top: margins.top,
    bottom: margins.top + size.height,
  };
  const toX = scaleOf({ range: x }, box.left, box.right);
  const toY = scaleOf({ range: y }, box.bottom, box.top);
  const ticksOf = (range: NumberRange, length: number) =>
    placeTicks(range, Math.min(6, Math.max(2, Math.round(length / TICK_ROOM))), figure);
  const [xTicks, yTicks] = [ticksOf(x, size.width), ticksOf(y, size.height)];
  const content = html`${yTicks.map((tick) => yTick(named(figure, tick, 'y'), toY(tick.value), box))}
${xTicks.map((tick) => xTick(named(figure, tick, 'x'), toX(tick.value), box))}
${image && cells(image, toX, toY)}
<rect class="axis" x="${box.left}" y="${box.top}" width="${size.width.toFixed(1)}" height="${size.height.toFixed(1)}"/>
${lines.map((line) => html`<path class="track" d="${linePath(line.map(([px, py]) => [toX(px), toY(py)]))}"/>`)}
${points.map((point) => mark(point, toX, toY))}`;
  const height = Math.ceil(box.bottom + margins.bottom);
  return drawing({ width, height, title, description }, content);
}

/** As wide as there is room, unless that is too high; a map much longer than wide, or the other way, is squeezed. */
function plotSize({ x, y, isGeographic }: MapFigure, room: number): { width: number; height: number } {
  const middle = ((y.low / 2 + y.high / 2) * Math.PI) / 180;
  const squeeze = isGeographic ? Math.max(LEAST_COSINE, Math.abs(Math.cos(middle))) : 1;
  const ratio = (y.high - y.low) / ((x.high - x.low) * squeeze);
  const high = Math.min(HIGHEST, room);
  const height = Number.isFinite(ratio) ? room * ratio : high;
  if (height <= high) return { width: room, height: Math.max(LOWEST, height) };
  return { width: Math.max(room / 3, high / ratio), height: high };
}

/** Degrees are divided as a circle is, where there are many. */
function placeTicks(range: NumberRange, count: number, { isGeographic }: MapFigure): Tick[] {
  const least = (range.high - range.low) / count;
  const step = DEGREE_STEPS.find((one) => one >= least);
  if (!isGeographic || step === undefined || least < 5) return numberTicks(range, count);
  const first = Math.ceil(range.low / step);
  const length = Math.floor(range.high / step) - first + 1;
  return Array.from({ length }, (_, k) => ({ value: (first + k) * step, label: String((first + k) * step) }));
}

/** Degrees with the side of the globe they are on. */
function named({ isGeographic }: MapFigure, tick: Tick, axis: 'x' | 'y'): Tick {
  if (!isGeographic) return tick;
  // Longitudes of a grid that crosses the antimeridian go on beyond 180.
  const value = axis === 'x' ? ((((tick.value + 180) % 360) + 360) % 360) - 180 : tick.value;
  const sides = axis === 'x' ? ['W', 'E'] : ['S', 'N'];
  const side = value === 0 || value === -180 ? '' : value < 0 ? sides[0]! : sides[1]!;
  const digits = (tick.label.split('.')[1] ?? '').length;
  return { ...tick, label: `${Math.abs(value).toFixed(digits)}°${side}` };
}

type Scale = (value: number) => number;

function cells({ href, x, y }: CellImage, toX: Scale, toY: Scale): Markup {
  const [left, top] = [toX(x.low), toY(y.high)];
  const [width, height] = [toX(x.high) - left, toY(y.low) - top];
  return html`<image href="${href}" x="${left.toFixed(2)}" y="${top.toFixed(2)}" width="${width.toFixed(2)}" height="${height.toFixed(2)}" preserveAspectRatio="none"/>`;
}

function mark({ x, y, colour }: MapPoint, toX: Scale, toY: Scale): Markup {
  const [cx, cy] = [toX(x).toFixed(1), toY(y).toFixed(1)];
  return html`<circle class="mark" cx="${cx}" cy="${cy}" r="${RADIUS}" fill="${colour ?? 'none'}"/>`;
}
