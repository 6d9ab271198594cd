import { InvalidArgumentError } from '../errors/index.js';

const LAYER_NAME = /^[a-z0-9][a-z0-9_.-]{0,63}$/;

/**
 * Any text as a path-safe name: letters, digits, `_` and `-` stay, each other UTF-8 byte becomes `~` and two hex
 * digits, and the empty text is `~`. Different texts have different names.
 *
 * Throws: InvalidArgumentError for a text that UTF-8 cannot hold.
 */
export function encodeName(text: string): string {
  if (/\p{Surrogate}/u.test(text))
    throw new InvalidArgumentError('name is not well-formed Unicode', { found: text });
  if (text === '') return '~';
  return text.replace(/[^A-Za-z0-9_-]/gu, (character) => {
    return Array.from(
      new TextEncoder().encode(character),
      (byte) => `~${byte.toString(16).padStart(2, '0')}`,
    ).join('');
  });
}

/** Checks a layer name. Throws InvalidArgumentError unless it matches [a-z0-9][a-z0-9_.-]{0,63}. */
export function parseLayerName(text: string): string {
  if (LAYER_NAME.test(text)) return text;
  throw new InvalidArgumentError('not a layer name', { found: text, expected: LAYER_NAME.source });
}
