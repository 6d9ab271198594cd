/** A value for people: four significant digits and a true minus sign. */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size >= 1e6 || size < 1e-3)
      ? value.toExponential(2)
      : String(Number(value.toPrecision(size >= 1000 ? 5 : 4)));
  return formatMinus(text);
}

/** A true minus sign instead of a hyphen. */
export function formatMinus(text: string): string {
  return text.replaceAll('-', '\u2212');
}

/** A place as people write it: `51.2° N, 9.4° E`. */
export function formatPlace(place: { readonly longitude: number; readonly latitude: number }): string {
  const part = (degrees: number, [positive, negative]: readonly [string, string]) =>
    `${Math.abs(degrees).toFixed(2)}\u00b0 ${degrees < 0 ? negative : positive}`;
  return `${part(place.latitude, ['N', 'S'])}, ${part(place.longitude, ['E', 'W'])}`;
}

const raised: Readonly<Record<string, string>> = {
  '-': '\u207b',
  '1': '\u00b9',
  '2': '\u00b2',
  '3': '\u00b3',
  '4': '\u2074',
};

/** Units that are spelled out, as signs. */
const unitSigns: readonly (readonly [RegExp, string])[] = [
  [/^1$/, ''],
  [/^(deg[ _]?C|degrees?[ _]?C|degree_Celsius|Celsius)$/i, '\u00b0C'],
  [/^(deg[ _]?K|kelvin)$/i, 'K'],
  [/^(metre|meter)s?$/i, 'm'],
  [/^(millibar)s?$/i, 'mbar'],
  [/^percent$/i, '%'],
];

/** A unit for people: `W m-2` and `W m**-2` become `W m⁻²`, `degC` becomes `°C`; a bare `1` is no unit. */
export function formatUnit(unit: string): string {
  const sign = unitSigns.find(([spelling]) => spelling.test(unit));
  if (sign !== undefined) return sign[1];
  return unit.replace(/(?<=[A-Za-z])(?:\*\*|\^)?(-?[1-4])\b/g, (_, power: string) =>
    [...power].map((sign) => raised[sign]).join(''),
  );
}

/** An instant for people: `2026-06-20 03:00 UTC`, without what is zero of a day. */
export function formatInstant(instant: string): string {
  const [, date, time, seconds] = /^(-?\d{4,}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(?:\.\d+)?)?Z$/.exec(instant) ?? [];
  if (date === undefined) return instant;
  return `${date} ${time}${seconds === undefined || seconds === ':00' ? '' : seconds} UTC`;
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A number of bytes for people. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${byteUnits[power]}`;
}

/** A count for people, thousands apart. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f') : '\u2013';
}

/** A value with its unit; `no data` for none. */
export function formatQuantity(value: number | null | undefined, unit: string): string {
  return typeof value === 'number' && Number.isFinite(value)
    ? `${formatValue(value)} ${formatUnit(unit)}`.trim()
    : 'no data';
}

/** The number that a text is; `undefined` for an empty text and anything else. */
export function parseNumber(text: string | null | undefined): number | undefined {
  const value = text === null || text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
