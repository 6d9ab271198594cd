import { type Drawing, drawingOf, type ListedStyle } from '../api/styles.js';
import { type ColourChoice, classCounts, type Scale } from './colour-choice.js';
import type { Layer, Parameter } from './layer.js';
import { hasSpeedUnit, speedRange, type Wind, windOf } from './wind.js';

/** How the values of a parameter, or of a wind, become a picture. */
export interface Colours {
  readonly drawing: Drawing;
  /** What is drawn: both components of a wind for arrows and barbs. */
  readonly parameters: readonly Parameter[];
  /** Absent where a drawing has one colour of its own, and with a style of one's own. */
  readonly ramp?: ListedStyle;
  /** A style of one's own as JSON, which says all but range and smoothing. */
  readonly own?: string;
  readonly scale: Scale;
  readonly centre: number;
  readonly classes: number;
  /** Values of the first and the last colour. */
  readonly range: readonly [number, number];
  /** False when the range is what the layer says of the parameter. */
  readonly isOwnRange: boolean;
  readonly isReversed: boolean;
  readonly isSmooth: boolean;
}

const defaultRamp = 'viridis';
const defaultClasses = 8;
const unknownRange = [0, 1] as const;

/** What an address chooses, as far as the layer and the parameter can do it. */
export function coloursOf(
  choice: ColourChoice = {},
  { layer, parameter }: { readonly layer: Layer; readonly parameter: Parameter },
  styles: readonly ListedStyle[],
): Colours {
  const wind = windOf(layer, parameter);
  const own = isOwnStyle(choice.style) && fits(drawingOfJson(choice.style), wind) ? choice.style : undefined;
  const wanted = own === undefined ? (choice.drawing ?? 'colours') : drawingOfJson(own);
  const drawing = fits(wanted, wind) ? wanted : 'colours';
  const ramp = own === undefined ? rampOf(choice.style, drawing, styles) : undefined;
  const isWind = needsWind(drawing) && wind !== undefined;
  const known = isWind ? speedRange(wind) : parameter.range;
  const scale = scaleOf(choice, { ramp, range: choice.range ?? known ?? unknownRange });
  const centre = centreOf(choice, known);
  return {
    drawing,
    parameters: isWind ? wind : [parameter],
    ...(ramp && { ramp }),
    ...(own !== undefined && { own }),
    scale,
    centre,
    classes: Math.min(
      classCounts.most,
      Math.max(classCounts.least, Math.round(choice.classes ?? defaultClasses)),
    ),
    range: choice.range ?? (scale === 'diverging' ? around(centre, known) : known) ?? unknownRange,
    isOwnRange: choice.range !== undefined,
    isReversed: ramp !== undefined && choice.isReversed === true,
    isSmooth: drawing === 'colours' && choice.isSmooth === true,
  };
}

/** The colours of single values in charts: those of the ramp, whatever the map draws with it. */
export function chartColoursOf(
  colours: Colours,
  selection: { readonly layer: Layer; readonly parameter: Parameter },
  styles: readonly ListedStyle[],
): Colours {
  if (colours.drawing === 'colours') return colours;
  const { ramp, scale, centre, classes, isReversed } = colours;
  return coloursOf(
    { ...(ramp && { style: ramp.id }), scale, centre, classes, isReversed },
    selection,
    styles,
  );
}

/** The drawings that a parameter can have: winds where it is a component of one. */
export function drawingsOf(
  { layer, parameter }: { readonly layer: Layer; readonly parameter: Parameter },
  styles: readonly ListedStyle[],
): ListedStyle[] {
  const wind = windOf(layer, parameter);
  return styles.filter(({ drawing }) => drawing !== 'colours' && fits(drawing, wind));
}

/** Whether the range decides what is drawn. */
export function hasRange({ drawing, ramp, own }: Colours): boolean {
  if (ramp?.kind === 'categorical') return false;
  return own !== undefined || ramp !== undefined || drawing === 'contours' || drawing === 'arrows';
}

/** Whether lines of one colour, which is dark, are drawn on the ground. */
export function hasDarkInk({ drawing, ramp, own }: Colours): boolean {
  return ramp === undefined && own === undefined && drawing !== 'hillshade';
}

/** The colours as query parameters of tiles and legends; what is left out is the service's default. */
export function setColours(query: URLSearchParams, colours: Colours): void {
  const { parameters, isOwnRange, scale, isSmooth, range } = colours;
  query.set('parameter', parameters.map(({ id }) => id).join(','));
  query.set('style', styleText(colours));
  if (isOwnRange) query.set('range', range.join(','));
  if (scale === 'log') query.set('logscale', 'true');
  if (isSmooth) query.set('resampling', 'bilinear');
}

/** Whether a style is JSON instead of a name. */
export function isOwnStyle(style: string | undefined): style is string {
  return style !== undefined && /^\s*[{[]/.test(style);
}

/** The style as the service reads it, and as one's own style may begin. */
export function styleText({ drawing, ramp, own, scale, centre, classes, isReversed }: Colours): string {
  if (own !== undefined) return own;
  if (ramp === undefined) return drawing;
  const name = isReversed ? `${ramp.id}_r` : ramp.id;
  if (scale === 'diverging' || scale === 'classes') {
    const spread = scale === 'classes' ? { classes } : { scale, centre };
    return JSON.stringify({ ...(drawing !== 'colours' && { drawing }), ramp: name, ...spread });
  }
  return drawing === 'colours' ? name : `${drawing}/${name}`;
}

/** Colours from low to high. */
export function stopsOf({ ramp, isReversed }: Colours): readonly string[] {
  const colours = ramp?.colours ?? [];
  return isReversed ? colours.toReversed() : colours;
}

/** Where a value is between the ends of the range: 0 to 1, beyond it less or more. */
export function shareOf(
  value: number,
  { range: [low, high], scale }: Pick<Colours, 'range' | 'scale'>,
): number {
  if (scale !== 'log') return (value - low) / (high - low);
  return value > 0 ? Math.log(value / low) / Math.log(high / low) : Number.NEGATIVE_INFINITY;
}

/** The value at a share of the range. */
export function valueAt(
  share: number,
  { range: [low, high], scale }: Pick<Colours, 'range' | 'scale'>,
): number {
  return scale === 'log' ? low * (high / low) ** share : low + share * (high - low);
}

function rampOf(
  name: string | undefined,
  drawing: Drawing,
  styles: readonly ListedStyle[],
): ListedStyle | undefined {
  const ramps = styles.filter((style) => style.drawing === 'colours');
  const found = ramps.find(({ id }) => id === name);
  if (found !== undefined || drawing !== 'colours') return found;
  return ramps.find(({ id }) => id === defaultRamp) ?? ramps[0];
}

/** A logarithm needs values above 0; sets of colours have a scale of their own. */
function scaleOf(
  { scale = 'linear' }: ColourChoice,
  { ramp, range }: { readonly ramp: ListedStyle | undefined; readonly range: readonly [number, number] },
): Scale {
  if (ramp === undefined || ramp.kind === 'categorical') return 'linear';
  return scale === 'log' && range[0] <= 0 ? 'linear' : scale;
}

/** The value of the middle colour lies within the range where that is chosen: 0 unless another is chosen or it does not. */
function centreOf(
  { centre = 0, range }: ColourChoice,
  known: readonly [number, number] = unknownRange,
): number {
  const [low, high] = range ?? known;
  const isInside = centre > low && centre < high;
  return isInside ? centre : Number(((low + high) / 2).toPrecision(4));
}

/** As the service does it: equally far to both sides. */
function around(
  centre: number,
  range: readonly [number, number] | undefined,
): readonly [number, number] | undefined {
  if (range === undefined) return undefined;
  const half = Math.max(...range.map((value) => Math.abs(value - centre)));
  return [centre - half, centre + half];
}

function needsWind(drawing: Drawing): boolean {
  return drawing === 'arrows' || drawing === 'barbs';
}

function fits(drawing: Drawing, wind: Wind | undefined): boolean {
  if (drawing === 'barbs') return wind !== undefined && hasSpeedUnit(wind);
  return wind !== undefined || !needsWind(drawing);
}

/** What a style as JSON draws; what is no JSON the service refuses by name. */
function drawingOfJson(json: string): Drawing {
  try {
    const style: unknown = JSON.parse(json);
    const isObject = typeof style === 'object' && style !== null && 'drawing' in style;
    return (isObject ? drawingOf(style.drawing) : undefined) ?? 'colours';
  } catch {
    return 'colours';
  }
}
