import { InvalidArgumentError } from '../../errors/index.js';
import { parseDecimal } from '../../grid/index.js';
import type { TileSetFormat, TileSetRequest } from '../../maps/index.js';

/** Forms that tiles are exported in. */
const formats: readonly TileSetFormat[] = ['png', 'webp', 'jpg', 'f32', 'f16', 'q16', 'q24'];

/** Throws: InvalidArgumentError naming the forms there are. */
export function parseTileFormat(text: string): TileSetFormat {
  const format = formats.find((name) => name === text);
  if (format !== undefined) return format;
  throw new InvalidArgumentError('no such form of a tile', { found: text, allowed: formats });
}

/** `0-6`, or one zoom. */
export function parseZooms(text: string): NonNullable<TileSetRequest['zooms']> {
  const [, min, max] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(text) ?? [];
  if (min !== undefined) return { min: Number(min), max: Number(max ?? min) };
  throw new InvalidArgumentError('zooms are a number, or two with a - between', { found: text });
}

/** `west,south,east,north`. */
export function parseBounds(text: string): NonNullable<TileSetRequest['bbox']> {
  const [west, south, east, north, ...others] = parseNumbers(text);
  if (west !== undefined && south !== undefined && east !== undefined && north !== undefined) {
    if (others.length === 0) return [west, south, east, north];
  }
  throw new InvalidArgumentError('a box is west,south,east,north', { found: text });
}

/** `low,high`. */
export function parseColourRange(text: string): { readonly low: number; readonly high: number } {
  const [low, high, ...others] = parseNumbers(text);
  if (low !== undefined && high !== undefined && others.length === 0) return { low, high };
  throw new InvalidArgumentError('a range is low,high', { found: text });
}

function parseNumbers(text: string): number[] {
  return text.split(',').map((part) => {
    const value = parseDecimal(part);
    if (value !== undefined) return value;
    throw new InvalidArgumentError('not a finite number', { found: part });
  });
}
