import { InvalidArgumentError } from '../../errors/index.js';

const maxShownLength = 80;

/** The error for a member of a JSON style: which, what was found, what is allowed. */
export function memberError(member: string, found: unknown, allowed: string): InvalidArgumentError {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? String(found));
  return new InvalidArgumentError('this style cannot be drawn', {
    member,
    found: text.length > maxShownLength ? `${text.slice(0, maxShownLength)}...` : text,
    allowed,
  });
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws: InvalidArgumentError for a member that is not among the allowed ones. */
export function checkMembers(
  object: Readonly<Record<string, unknown>>,
  allowed: readonly string[],
  within = '',
): void {
  const unknown = Object.keys(object).find((member) => !allowed.includes(member));
  if (unknown === undefined) return;
  throw memberError(`${within}${unknown.slice(0, maxShownLength)}`, object[unknown], allowed.join(', '));
}

/** A finite number that is one as float32, too. */
export function readNumber(value: unknown, member: string): number {
  if (typeof value === 'number' && Number.isFinite(Math.fround(value))) return value;
  throw memberError(member, value, 'a number that float32 can hold');
}

/** Throws: InvalidArgumentError unless it is a list with a number of entries in the limits. */
export function readList(
  value: unknown,
  member: string,
  { min, max }: { readonly min: number; readonly max: number },
): readonly unknown[] {
  if (Array.isArray(value) && value.length >= min && value.length <= max) return value;
  const found = Array.isArray(value) ? `${value.length} entries` : value;
  throw memberError(member, found, `a list of ${min} to ${max} entries`);
}

/** Numbers, each above the one before it, also as float32. */
export function checkAscending(values: readonly number[], member: string): void {
  const wrong = values.findIndex(
    (value, at) => at > 0 && !(Math.fround(value) > Math.fround(values[at - 1]!)),
  );
  if (wrong >= 0) throw memberError(`${member}[${wrong}]`, values[wrong], `more than ${values[wrong - 1]}`);
}

/** A text that a person reads. */
export function readLabel(value: unknown, member: string): string {
  if (typeof value === 'string' && value.length <= maxShownLength && !/\p{C}/u.test(value)) return value;
  throw memberError(member, value, `a text of at most ${maxShownLength} characters`);
}
