import { InvalidArgumentError } from '../../errors/index.js';
import { glyphAdvance, glyphHeight } from './bitmap-font.js';
import type { Legend } from './legend.js';
import { layOutBar } from './legend-bar.js';
import type { ArrowKey, CategoriesKey, ClassesKey, LabelledColour } from './legend-key.js';
import type { LegendLayout, LegendLine } from './legend-shapes.js';

/** Pixels of a drawn legend; a list grows beyond its height where that is not enough. */
export interface LegendSize {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

const defaultSize = { width: 320, height: 56 };
const limits = { min: 40, max: 2048 };
const padding = 8;
const lineHeight = glyphHeight + 6;
const swatch = 14;
const pitch = swatch + 4;
const arrowHead = 8;

/** Throws: InvalidArgumentError for a size that is no number of pixels or too large. */
export function layOutLegend(legend: Legend, size: LegendSize = {}): LegendLayout {
  const width = checkSide(size.width ?? defaultSize.width, 'width');
  const height = checkSide(size.height ?? defaultSize.height, 'height');
  const texts = headingOf(legend, width);
  const top = padding + texts.length * lineHeight;
  const { key } = legend;
  if (key.kind === 'categories' || (key.kind === 'classes' && hasGaps(key))) {
    return layOutList(listOf(key), { width, height, top, texts });
  }
  if (key.kind === 'arrow') return layOutArrow(key, { width, height, top, texts });
  const bottom = Math.max(top + 4, height - padding - lineHeight);
  const area = { x: padding, y: top, width: width - 2 * padding, height: bottom - top };
  const bar = layOutBar({ ...legend, key }, area, width);
  return { width, height, boxes: bar.boxes, texts: [...texts, ...bar.texts] };
}

function checkSide(value: number, parameter: string): number {
  if (Number.isInteger(value) && value >= limits.min && value <= limits.max) return value;
  throw new InvalidArgumentError('a legend of this size is not drawn', {
    parameter,
    found: value,
    allowed: `${limits.min} to ${limits.max} pixels`,
  });
}

function headingOf({ title, unit }: Legend, width: number): LegendLine[] {
  const text = title === undefined ? (unit ?? '') : unit === undefined ? title : `${title} [${unit}]`;
  return text === '' ? [] : [{ x: padding, y: padding - 2, text: fitText(text, width - 2 * padding) }];
}

/** Classes that do not follow each other are no bar. */
function hasGaps({ classes }: ClassesKey): boolean {
  return classes.some(({ low }, at) => at > 0 && low !== classes[at - 1]!.high);
}

function listOf(key: CategoriesKey | ClassesKey): readonly LabelledColour[] {
  return key.kind === 'categories' ? key.categories : key.classes;
}

/** The arrow as columns of pixels, and what it means beside it. */
function layOutArrow(
  { pixels, colour, label }: ArrowKey,
  { width, height, top, texts }: Omit<LegendLayout, 'boxes'> & { readonly top: number },
): LegendLayout {
  const length = Math.max(1, Math.round(pixels));
  const head = Math.min(arrowHead, length);
  const middle = top + arrowHead;
  const tip = Array.from({ length: head }, (_, at) => {
    const half = Math.floor((head - 1 - at) / 2);
    return { x: padding + length - head + at, y: middle - half, width: 1, height: 2 * half + 1, colour };
  });
  const shaft = { x: padding, y: middle, width: length - head, height: 1, colour };
  const x = padding + length + 6;
  const line = { x, y: middle - glyphHeight / 2, text: fitText(label, width - padding - x) };
  return { width, height, boxes: [shaft, ...tip], texts: [...texts, line] };
}

/** A swatch and a label on each line. */
function layOutList(
  entries: readonly LabelledColour[],
  { width, height, top, texts }: Omit<LegendLayout, 'boxes'> & { readonly top: number },
): LegendLayout {
  const labelX = padding + swatch + 6;
  const lines = entries.map((entry, at) => ({ ...entry, y: top + at * pitch }));
  const labels = lines.map(({ y, label }) => ({
    x: labelX,
    y: y + (swatch - glyphHeight) / 2,
    text: fitText(label, width - padding - labelX),
  }));
  return {
    width,
    height: Math.max(height, top + lines.length * pitch + padding),
    boxes: lines.map(({ y, colour }) => ({ x: padding, y, width: swatch, height: swatch, colour })),
    texts: [...texts, ...labels],
  };
}

/** As much of a text as fits, with dots where it was cut. */
function fitText(text: string, width: number): string {
  const fitting = Math.max(1, Math.floor(width / glyphAdvance));
  const signs = [...text];
  return signs.length <= fitting ? text : `${signs.slice(0, Math.max(0, fitting - 2)).join('')}..`;
}
