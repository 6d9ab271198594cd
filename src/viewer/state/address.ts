import { type ColourChoice, colourFields, parseColourChoice } from './colour-choice.js';
import { parseNumber } from './number-text.js';
import type { MapView, Place, Shape } from './place.js';
import { formatPlaces, formatShape, parsePlace, parseShape } from './shape-text.js';

/** What pointing at the map does. */
export type Tool = 'place' | 'box' | 'polygon' | 'path';

/** A parameter of a layer somewhere on its axes; parts that are absent or unknown fall back to the layer's first. */
export interface Choice {
  readonly layer?: string;
  readonly parameter?: string;
  readonly datetime?: string;
  readonly z?: string;
  /** Custom axes: name -> value. */
  readonly axes: Readonly<Record<string, string>>;
}

/** The other side of the swipe, which begins at the share `at` of the map's width. */
export interface ComparedChoice extends Choice {
  readonly at: number;
  /** The name of a ramp or of a drawing; as on the left when absent. */
  readonly style?: string;
}

/** What the address names. */
export interface Address extends Choice {
  readonly view?: MapView;
  readonly colours?: ColourChoice;
  readonly tool?: Tool;
  readonly place?: Place;
  readonly shape?: Shape;
  readonly compared?: ComparedChoice;
  /** The pyramid level whose curve is drawn. */
  readonly curve?: number;
}

type Fields = URLSearchParams;

const axisPrefix = 'axis.';
const comparedPrefix = 'b.';
const tools: readonly Tool[] = ['place', 'box', 'polygon', 'path'];

/** Reads an address fragment such as `#layer=surface&datetime=2026-06-21T00:00:00Z&view=2/10/50`. */
export function parseAddress(fragment: string): Address {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const view = parseView(fields.get('view'));
  const colours = parseColourChoice(fields);
  const tool = tools.find((name) => name === fields.get('tool'));
  const place = parsePlace(fields.get('place') ?? '');
  const shape = parseShape(fields);
  const at = parseNumber(fields.get('swipe'));
  const comparedStyle = fields.get(`${comparedPrefix}style`);
  const curve = parseNumber(fields.get('curve'));
  return {
    ...parseChoice(fields, ''),
    ...(view && { view }),
    ...(Object.keys(colours).length > 0 && { colours }),
    ...(tool && { tool }),
    ...(place && { place }),
    ...(shape && { shape }),
    ...(at !== undefined && {
      compared: {
        ...parseChoice(fields, comparedPrefix),
        at: Math.min(1, Math.max(0, at)),
        ...(comparedStyle && { style: comparedStyle }),
      },
    }),
    ...(curve !== undefined && { curve: Math.max(0, Math.trunc(curve)) }),
  };
}

/** The fragment that `parseAddress` reads back. */
export function formatAddress(address: Address): string {
  const { colours, tool, place, shape, compared, curve, view } = address;
  const fields: [string, string | undefined][] = [
    ...choiceFields(address, ''),
    ...colourFields(colours),
    ['tool', tool === 'place' ? undefined : tool],
    ['place', place && formatPlaces([place])],
    ...(shape ? [[shape.kind, formatShape(shape)] as [string, string]] : []),
    ...(compared ? choiceFields(compared, comparedPrefix) : []),
    [`${comparedPrefix}style`, compared?.style],
    ['swipe', compared?.at.toFixed(3)],
    ['curve', curve?.toString()],
    ['view', view && formatView(view)],
  ];
  const text = fields.flatMap(([name, value]) =>
    value === undefined ? [] : `${encodeField(name)}=${encodeField(value)}`,
  );
  return `#${text.join('&')}`;
}

/** True when two addresses differ in more than what a slider or a moving map changes: a step worth going back to. */
export function isStep(from: Address, to: Address): boolean {
  const parts = ({ layer, parameter, tool, place, shape, compared, curve }: Address) =>
    JSON.stringify([layer, parameter, tool ?? 'place', place, shape, compared === undefined, curve]);
  return parts(from) !== parts(to);
}

function parseChoice(fields: Fields, prefix: string): Choice {
  const named = ['layer', 'parameter', 'datetime', 'z'].flatMap((name) => {
    const value = fields.get(prefix + name);
    return value === null ? [] : [[name, value]];
  });
  const axes = [...fields].flatMap(([name, value]) =>
    name.startsWith(prefix + axisPrefix) ? [[name.slice((prefix + axisPrefix).length), value]] : [],
  );
  return { ...Object.fromEntries(named), axes: Object.fromEntries(axes) };
}

function choiceFields({ layer, parameter, datetime, z, axes }: Choice, prefix: string) {
  const named = { layer, parameter, datetime, z };
  return [
    ...Object.entries(named).map(([name, value]): [string, string | undefined] => [prefix + name, value]),
    ...Object.entries(axes).map(([name, value]): [string, string] => [prefix + axisPrefix + name, value]),
  ];
}

/** Percent-encoding that leaves times, views and places readable. */
function encodeField(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replaceAll('%2F', '/')
    .replaceAll('%2C', ',')
    .replaceAll('%3B', ';');
}

function parseView(text: string | null): MapView | undefined {
  const [zoom, longitude, latitude] = (text ?? '').split('/').map(parseNumber);
  if (zoom === undefined || longitude === undefined || latitude === undefined) return undefined;
  return { zoom, longitude, latitude };
}

function formatView({ zoom, longitude, latitude }: MapView): string {
  return `${zoom.toFixed(2)}/${longitude.toFixed(3)}/${latitude.toFixed(3)}`;
}
