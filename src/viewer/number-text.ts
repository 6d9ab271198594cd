/** A value for people: four significant digits and a true minus sign. */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size >= 1e6 || size < 1e-3)
      ? value.toExponential(2)
      : String(Number(value.toPrecision(size >= 1000 ? 5 : 4)));
  return text.replace('-', '\u2212');
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

/** A unit for people: `W m-2` and `W m**-2` become `W m⁻²`, `degC` becomes `°C`; a bare `1` is no unit. */
export function formatUnit(unit: string): string {
  if (unit === '1') return '';
  if (/^(deg_?C|degrees?_?C|Celsius)$/i.test(unit)) return '\u00b0C';
  return unit.replace(/(?<=[A-Za-z])(?:\*\*|\^)?(-?[1-4])\b/g, (_, power: string) =>
    [...power].map((sign) => raised[sign]).join(''),
  );
}
