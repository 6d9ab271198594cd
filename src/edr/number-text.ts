import { InvalidArgumentError } from '../errors/index.js';
import { parseDecimal } from '../grid/index.js';

const SHOWN_CHARACTERS = 60;

/** A finite decimal number, spaces around it allowed. Throws InvalidArgumentError naming `parameter`. */
export function parseNumber(text: string, parameter: string): number {
  const value = parseDecimal(text);
  if (value !== undefined) return value;
  throw new InvalidArgumentError(`${parameter} expects a finite number`, { parameter, found: shorten(text) });
}

/** The beginning of a text from outside, short enough for a message. */
export function shorten(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}...`;
}
