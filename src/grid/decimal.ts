const MAX_CHARACTERS = 40;
// No digit can be matched by two of its parts: a pattern such as \d+\.?\d* takes time by the square of the length.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The number that a decimal text from outside means, spaces around it allowed; undefined when it is no number,
 * not finite, or has more than 40 characters, which no number needs.
 */
export function parseDecimal(text: string): number | undefined {
  const digits = text.trim();
  if (digits.length > MAX_CHARACTERS || !DECIMAL.test(digits)) return undefined;
  const value = Number(digits);
  return Number.isFinite(value) ? value : undefined;
}
