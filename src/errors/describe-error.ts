import { TilecurveError } from './tilecurve-error.js';

/** One line for a person: the message, then the fields in brackets. Never a stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  if (!(error instanceof TilecurveError)) return oneLine(error.message || error.name);
  const fields = Object.entries(error.fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${formatField(value)}`);
  return oneLine(fields.length === 0 ? error.message : `${error.message} (${fields.join(', ')})`);
}

function formatField(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value) ?? String(value);
}

function oneLine(text: string): string {
  // Line by line: one pattern for breaks with blanks around them takes quadratic time on long runs of blanks.
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .join(' ')
    .trim();
}
