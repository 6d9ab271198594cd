import { parseColour } from '../colours/colour.js';
import { encodePng } from '../files/png-file.js';
import { glyphAdvance, glyphHeight, glyphText, glyphWidth, isGlyphDark } from './bitmap-font.js';
import type { Legend } from './legend.js';
import { type LegendSize, layOutLegend } from './legend-layout.js';
import type { LegendArea, LegendBox, LegendLayout, LegendLine } from './legend-shapes.js';

/** Files that a legend can become. */
export type LegendFormat = 'png' | 'svg' | 'json';

const paper = '#ffffff';
const ink = '#222222';
const fontSize = 10;
const baseline = 8;

/**
 * The bytes of a legend. PNG has letters of its own (ASCII and the signs of units; others are boxes), SVG any. Both are
 * dark on white. A size does not change JSON.
 *
 * Throws: InvalidArgumentError for a size of less than 40 or more than 2048 pixels.
 */
export async function encodeLegend(
  legend: Legend,
  format: LegendFormat,
  size: LegendSize = {},
): Promise<Uint8Array> {
  switch (format) {
    case 'json':
      return Buffer.from(JSON.stringify(legend));
    case 'svg':
      return Buffer.from(legendSvg(layOutLegend(legend, size)));
    case 'png':
      return legendPng(layOutLegend(legend, size));
    default:
      return format satisfies never;
  }
}

function legendSvg({ width, height, boxes, texts }: LegendLayout): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${paper}"/>`,
    '<g shape-rendering="crispEdges">',
    ...boxes.map(
      (box) =>
        `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="${box.colour}"/>`,
    ),
    `</g><g font-family="sans-serif" font-size="${fontSize}" fill="${ink}">`,
    ...texts.map(({ x, y, text }) => `<text x="${x}" y="${y + baseline}">${escapeXml(text)}</text>`),
    '</g></svg>',
  ].join('\n');
}

/** Also without control characters, which XML cannot hold; halves of pairs become U+FFFD with the bytes. */
function escapeXml(text: string): string {
  return text
    .replace(/[\p{Cc}\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function legendPng({ width, height, boxes, texts }: LegendLayout): Promise<Uint8Array> {
  const pixels = new Uint8Array(width * height * 3);
  const fill = (area: LegendArea, colour: string) => fillArea({ pixels, width, height }, area, colour);
  fill({ x: 0, y: 0, width, height }, paper);
  for (const box of boxes) fill(box, box.colour);
  for (const dot of texts.flatMap(glyphDots)) fill(dot, ink);
  return encodePng({ width, height, colours: 'rgb', pixels, filter: 'up' });
}

function glyphDots({ x, y, text }: LegendLine): LegendArea[] {
  return glyphText(text).flatMap((glyph, at) => {
    const dots: LegendArea[] = [];
    for (let column = 0; column < glyphWidth; column++) {
      for (let row = 0; row < glyphHeight; row++) {
        if (!isGlyphDark(glyph, column, row)) continue;
        dots.push({ x: x + at * glyphAdvance + column, y: y + row, width: 1, height: 1 });
      }
    }
    return dots;
  });
}

/** Mixes a colour into the pixels of an area, as far as it lies in the picture. */
function fillArea(
  picture: { readonly pixels: Uint8Array; readonly width: number; readonly height: number },
  area: LegendArea,
  text: LegendBox['colour'],
): void {
  const [red, green, blue, opacity] = parseColour(text)!;
  const share = opacity / 255;
  const right = Math.min(picture.width, area.x + area.width);
  const bottom = Math.min(picture.height, area.y + area.height);
  for (let y = Math.max(0, area.y); y < bottom; y++) {
    for (let x = Math.max(0, area.x); x < right; x++) {
      const at = (y * picture.width + x) * 3;
      [red, green, blue].forEach((part, channel) => {
        picture.pixels[at + channel] = Math.round(share * part + (1 - share) * picture.pixels[at + channel]!);
      });
    }
  }
}
