import { glyphAdvance } from './bitmap-font.js';
import type { Legend } from './legend.js';
import type { ClassesKey, RampKey } from './legend-key.js';
import type { LegendArea, LegendBox, LegendLayout, LegendLine } from './legend-shapes.js';
import { formatTick } from './ticks.js';

/** A legend whose colours lie side by side. */
export type BarLegend = Legend & { readonly key: RampKey | ClassesKey };

/** A place on a bar that has a label, in pixels. */
interface Mark {
  readonly x: number;
  readonly label: string;
}

const edgeWidth = 12;
const edgeGap = 4;
const tickHeight = 3;
const labelGap = 5;
/** Fonts of SVG viewers are a little wider than ours. */
const labelMargin = 3;
const ink = '#222222';

/** The bar in its area, labels below it, and beside it the colours of values beyond it. */
export function layOutBar(
  { key, below, above }: BarLegend,
  area: LegendArea,
  pictureWidth: number,
): Pick<LegendLayout, 'boxes' | 'texts'> {
  const left = below === undefined ? 0 : edgeWidth + edgeGap;
  const right = above === undefined ? 0 : edgeWidth + edgeGap;
  const bar = { ...area, x: area.x + left, width: area.width - left - right };
  const edges = [
    { ...area, width: edgeWidth, colour: below },
    { ...area, x: area.x + area.width - edgeWidth, width: edgeWidth, colour: above },
  ].filter((box): box is LegendBox => box.colour !== undefined);
  const { boxes, marks } = key.kind === 'ramp' ? rampBar(key, bar) : classesBar(key, bar);
  const bottom = area.y + area.height;
  const shown = spreadLabels(marks, { pictureWidth, y: bottom + labelGap });
  const ticks = marks.map(({ x }) => ({ x, y: bottom, width: 1, height: tickHeight, colour: ink }));
  return { boxes: [...edges, ...boxes, ...ticks], texts: shown };
}

/** One column for each pixel: the bar is as fine as its picture. */
function rampBar(key: RampKey, bar: LegendArea): { boxes: LegendBox[]; marks: Mark[] } {
  const last = Math.max(1, bar.width - 1);
  const boxes = Array.from({ length: bar.width }, (_, at) => {
    const { colour } = key.stops[Math.round((at / last) * (key.stops.length - 1))]!;
    return { ...bar, x: bar.x + at, width: 1, colour };
  });
  const marks = key.ticks.map(({ place, label }) => ({ x: bar.x + Math.round(place * last), label }));
  return { boxes, marks };
}

/** Classes are equally wide, however far apart their breaks are. */
function classesBar({ classes }: ClassesKey, bar: LegendArea): { boxes: LegendBox[]; marks: Mark[] } {
  const edge = (at: number) => bar.x + Math.round((at / classes.length) * (bar.width - 1));
  const boxes = classes.map(({ colour }, at) => ({
    ...bar,
    x: edge(at),
    width: edge(at + 1) - edge(at) + (at === classes.length - 1 ? 1 : 0),
    colour,
  }));
  const breaks = [classes[0]!.low, ...classes.map(({ high }) => high)];
  return { boxes, marks: breaks.map((value, at) => ({ x: edge(at), label: formatTick(value) })) };
}

/** Labels below their marks, inside the picture, without those that would touch the one before. */
function spreadLabels(
  marks: readonly Mark[],
  { pictureWidth, y }: { readonly pictureWidth: number; readonly y: number },
): LegendLine[] {
  const lines: LegendLine[] = [];
  let free = 0;
  for (const { x, label } of marks) {
    const width = label.length * glyphAdvance;
    const middle = Math.round(x - (width - 1) / 2);
    const start = Math.min(Math.max(labelMargin, middle), pictureWidth - width - labelMargin);
    if (start < free) continue;
    lines.push({ x: start, y, text: label });
    free = start + width + glyphAdvance / 2;
  }
  return lines;
}
