import { InvalidArgumentError } from '../errors/index.js';

/** Collects `--axis name=value` options. */
export function collectAxis(text: string, previous: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('an axis is given as name=value', { found: text });
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}
