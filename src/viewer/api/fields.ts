/** The members of a JSON object; none of anything else. */
export type Fields = Readonly<Record<string, unknown>>;

/** A value as an object: what is absent or of another type is empty, so that a newer service does not break the page. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** A value as a list. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value as a text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A value as a number; NaN for what is none. */
export function number(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** A value as numbers, NaN for null. */
export function numbers(value: unknown): number[] {
  return list(value).map(number);
}
