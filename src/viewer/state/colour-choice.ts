import { type Drawing, drawingOf } from '../api/styles.js';
import { parseNumber } from './number-text.js';

/** How colours are spread over the range. */
export type Scale = 'linear' | 'log' | 'diverging' | 'classes';

/** How values become colours, as far as the address says. */
export interface ColourChoice {
  /** Colours for cells when absent. */
  readonly drawing?: Drawing;
  /** The name of a ramp, or a style of one's own as JSON. */
  readonly style?: string;
  readonly range?: readonly [number, number];
  readonly scale?: Scale;
  /** Of a diverging scale: the value of its middle colour. */
  readonly centre?: number;
  /** Of classes: how many. */
  readonly classes?: number;
  readonly isReversed?: boolean;
  readonly isSmooth?: boolean;
}

const scales: readonly Scale[] = ['linear', 'log', 'diverging', 'classes'];

/** The numbers of classes that are offered. */
export const classCounts = { least: 2, most: 24 } as const;

/** Reads the colours of an address. */
export function parseColourChoice(fields: URLSearchParams): ColourChoice {
  const style = fields.get('style');
  const drawing = drawingOf(fields.get('drawing'));
  const scale = scales.find((name) => name === fields.get('scale'));
  const centre = parseNumber(fields.get('centre'));
  const classes = parseNumber(fields.get('classes'));
  const [low, high] = (fields.get('range') ?? '').split(',').map(parseNumber);
  return {
    ...(drawing && { drawing }),
    ...(style && { style }),
    ...(low !== undefined && high !== undefined && low < high && { range: [low, high] as const }),
    ...(scale && { scale }),
    ...(centre !== undefined && { centre }),
    ...(classes !== undefined && { classes }),
    ...(fields.has('reversed') && { isReversed: true }),
    ...(fields.has('smooth') && { isSmooth: true }),
  };
}

/** The fields that `parseColourChoice` reads back. */
export function colourFields(choice: ColourChoice = {}): [string, string | undefined][] {
  const { drawing, style, range, scale, centre, classes, isReversed, isSmooth } = choice;
  return [
    ['drawing', drawing === 'colours' ? undefined : drawing],
    ['style', style],
    ['range', range?.join(',')],
    ['scale', scale === 'linear' ? undefined : scale],
    ['centre', scale === 'diverging' ? centre?.toString() : undefined],
    ['classes', scale === 'classes' ? classes?.toString() : undefined],
    ['reversed', isReversed ? '1' : undefined],
    ['smooth', isSmooth ? '1' : undefined],
  ];
}
