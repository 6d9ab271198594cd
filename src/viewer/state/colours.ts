import type { ListedStyle } from '../api/listed-style.js';
import type { StyleList } from '../api/styles.js';
import type { ColourChoice } from './address.js';
import type { Parameter } from './layer.js';

/** How the values of a parameter become colours. */
export interface Colours {
  readonly style: ListedStyle;
  /** Values of the first and the last colour. */
  readonly range: readonly [number, number];
  /** False when the range is what the layer says of the parameter. */
  readonly isOwnRange: boolean;
  readonly isReversed: boolean;
  readonly isLog: boolean;
  readonly isSmooth: boolean;
}

const unknownRange = [0, 1] as const;

/** What an address chooses, as far as the service and the parameter can do it. */
export function coloursOf(
  choice: ColourChoice = {},
  parameter: Parameter,
  { styles, isFromService }: StyleList,
): Colours {
  const style =
    styles.find(({ id }) => id === choice.style) ?? styles.find(({ id }) => id === 'viridis') ?? styles[0]!;
  // Drawings such as contours have no ramp to turn around.
  const canScale = isFromService && style.drawing === 'colours';
  const range = choice.range ?? parameter.range ?? unknownRange;
  return {
    style,
    range,
    isOwnRange: choice.range !== undefined,
    isReversed: canScale && choice.isReversed === true,
    isLog: canScale && choice.isLog === true && range[0] > 0,
    isSmooth: choice.isSmooth === true,
  };
}

/** The colours as query parameters of tiles; what is left out is the service's default. */
export function setColours(query: URLSearchParams, colours: Colours): void {
  const { style, isReversed, isOwnRange, isLog, isSmooth, range } = colours;
  query.set('style', isReversed ? `${style.id}_r` : style.id);
  if (isOwnRange) query.set('range', range.join(','));
  if (isLog) query.set('logscale', 'true');
  if (isSmooth) query.set('resampling', 'bilinear');
}

/** Colours from low to high. */
export function stopsOf({ style, isReversed }: Colours): readonly string[] {
  return isReversed ? style.colours.toReversed() : style.colours;
}

/** Where a value is between the ends of the range: 0 to 1, beyond it less or more. */
export function shareOf(
  value: number,
  { range: [low, high], isLog }: Pick<Colours, 'range' | 'isLog'>,
): number {
  if (!isLog) return (value - low) / (high - low);
  return value > 0 ? Math.log(value / low) / Math.log(high / low) : Number.NEGATIVE_INFINITY;
}

/** The value at a share of the range. */
export function valueAt(
  share: number,
  { range: [low, high], isLog }: Pick<Colours, 'range' | 'isLog'>,
): number {
  return isLog ? low * (high / low) ** share : low + share * (high - low);
}

/** The colour of a value as the map has it, between two stops; `undefined` for no data. */
export function colourOf(value: number, colours: Colours): string | undefined {
  const stops = stopsOf(colours);
  if (!Number.isFinite(value) || stops.length === 0) return undefined;
  const place = Math.min(1, Math.max(0, shareOf(value, colours))) * (stops.length - 1);
  const from = rgbOf(stops[Math.floor(place)]!);
  const to = rgbOf(stops[Math.ceil(place)]!);
  const part = place - Math.floor(place);
  return `rgb(${from.map((channel, i) => Math.round(channel + part * (to[i]! - channel))).join(' ')})`;
}

function rgbOf(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
