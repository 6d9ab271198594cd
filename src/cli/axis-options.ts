import { InvalidArgumentError } from '../errors/index.js';

/** Collects `--axis name=value` options. */
export function collectAxis(text: string, previous: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('an axis is given as name=value', { found: text });
  const name = text.slice(0, at);
  if (Object.hasOwn(previous, name)) {
    throw new InvalidArgumentError('an axis is given once; name=a,b lists values', { found: text });
  }
  return { ...previous, [name]: text.slice(at + 1) };
}
