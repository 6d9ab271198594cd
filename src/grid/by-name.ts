/**
 * Values by the names of axes or parameters, in an object without a prototype: names come from files and from
 * queries, and one may be `constructor` or `__proto__`.
 */
export function byName<T>(entries: Iterable<readonly [name: string, value: T]>): Readonly<Record<string, T>> {
  const values: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) values[name] = value;
  return values;
}
