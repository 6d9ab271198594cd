import { InvalidArgumentError } from '../../errors/index.js';
import { colourNames } from './colour-names.js';

/** Red, green, blue and opacity, integers from 0 to 255. */
export type Rgba = readonly [red: number, green: number, blue: number, opacity: number];

export const transparent: Rgba = [0, 0, 0, 0];

const allowed =
  '#rgb, #rgba, #rrggbb, #rrggbbaa, a colour name of CSS, transparent, or [r, g, b] and [r, g, b, a]';
const maxTextLength = 40;

/**
 * The colour that a text means: `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, the last two also without `#` (which
 * addresses lose), `rgb(r, g, b)`, a name of CSS or `transparent`. Undefined when it means none.
 */
export function parseColour(text: string): Rgba | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === 'transparent') return transparent;
  const named = colourNames.get(plain);
  if (named !== undefined) return fromHex(named);
  const [, hex] = /^#?([0-9a-f]{6}|[0-9a-f]{8})$/.exec(plain) ?? /^#([0-9a-f]{3,4})$/.exec(plain) ?? [];
  if (hex !== undefined) return fromHex(hex);
  const parts = /^rgb\((\d{1,3}), *(\d{1,3}), *(\d{1,3})\)$/.exec(plain)?.slice(1).map(Number);
  return parts === undefined ? undefined : fromNumbers(parts);
}

/**
 * A colour of a JSON document: a text as above, or three or four numbers.
 *
 * Throws: InvalidArgumentError that names the member.
 */
export function readColour(value: unknown, member: string): Rgba {
  const colour =
    typeof value === 'string' ? parseColour(value) : Array.isArray(value) ? fromNumbers(value) : undefined;
  if (colour !== undefined) return colour;
  const found = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  throw new InvalidArgumentError('not a colour', { member, found: found.slice(0, maxTextLength), allowed });
}

/** `#rrggbb`, or `#rrggbbaa` for a colour that is not opaque. */
export function formatColour(colour: Rgba): string {
  const hex = Buffer.from(colour).toString('hex');
  return `#${colour[3] === 255 ? hex.slice(0, 6) : hex}`;
}

export function isSameColour(a: Rgba, b: Rgba): boolean {
  // Every colour that cannot be seen is the same.
  return (a[3] === 0 && b[3] === 0) || a.every((part, at) => part === b[at]);
}

function fromHex(hex: string): Rgba {
  const digits = hex.length < 6 ? hex.replace(/./g, '$&$&') : hex;
  const [red = 0, green = 0, blue = 0, opacity = 255] = Buffer.from(digits, 'hex');
  return [red, green, blue, opacity];
}

function fromNumbers(parts: readonly unknown[]): Rgba | undefined {
  if (parts.length !== 3 && parts.length !== 4) return undefined;
  if (!parts.every((part): part is number => isByte(part))) return undefined;
  const [red = 0, green = 0, blue = 0, opacity = 255] = parts;
  return [red, green, blue, opacity];
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255;
}
