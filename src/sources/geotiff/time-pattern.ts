import { InvalidArgumentError } from '../../errors/index.js';
import { parseInstant } from '../../grid/index.js';

/** Finds the instant in a file's name; undefined where there is none. */
export type TimeOfName = (name: string) => number | undefined;

const TOKENS: Readonly<Record<string, { readonly digits: number; readonly least: string }>> = {
  yyyy: { digits: 4, least: '' },
  MM: { digits: 2, least: '01' },
  dd: { digits: 2, least: '01' },
  HH: { digits: 2, least: '00' },
  mm: { digits: 2, least: '00' },
  ss: { digits: 2, least: '00' },
};
const MAX_PATTERN = 200;

/**
 * Reads a pattern such as `{yyyy}{MM}{dd}T{HH}{mm}`: digits for the words in braces, all else as it stands,
 * found anywhere in a name but not inside a longer number. Parts left out are the first of their kind, in UTC.
 *
 * Throws: InvalidArgumentError for a pattern without a year, with unknown or repeated words.
 */
export function parseTimePattern(pattern: string): TimeOfName {
  const fields = { timePattern: pattern.slice(0, MAX_PATTERN) };
  if (pattern.length > MAX_PATTERN) throw new InvalidArgumentError('time pattern is too long', fields);
  const words = [...pattern.matchAll(/\{([^{}]*)\}/g)].map(([, word]) => word!);
  const unknown = words.find((word, k) => !Object.hasOwn(TOKENS, word) || words.indexOf(word) !== k);
  if (unknown !== undefined || !words.includes('yyyy'))
    throw new InvalidArgumentError('time pattern is not usable', {
      ...fields,
      found: unknown ?? 'no {yyyy}',
      known: Object.keys(TOKENS).map((word) => `{${word}}`),
    });
  const body = pattern.replace(/\{(\w+)\}|[^{}]|[{}]/g, (text, word?: string) =>
    word === undefined
      ? text.replace(/[.*+?^$()|[\]\\/{}-]/g, '\\$&')
      : `(?<${word}>\\d{${TOKENS[word]!.digits}})`,
  );
  const expression = new RegExp(`(?<!\\d)${body}(?!\\d)`, 'g');
  return (name) => instantOf([...name.matchAll(expression)], name);
}

/** The instant of a TIFF DateTime tag, in UTC; undefined for text that is no date. */
export function instantOfDateTime(text: string | undefined): number | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text?.trim() ?? '');
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  try {
    return parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`, 'standard').from;
  } catch {
    return undefined;
  }
}

function instantOf(matches: readonly RegExpMatchArray[], name: string): number | undefined {
  const texts = new Set(matches.map(({ groups = {} }) => isoText(groups)));
  const [text] = texts;
  if (text === undefined) return undefined;
  if (texts.size > 1)
    throw new InvalidArgumentError('file name holds several times', { name, found: [...texts] });
  return parseInstant(text, 'standard').from;
}

function isoText(groups: Readonly<Record<string, string | undefined>>): string {
  const [year, month, day, hour, minute, second] = Object.entries(TOKENS).map(
    ([word, { least }]) => groups[word] ?? least,
  );
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}
