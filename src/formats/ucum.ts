/** Whole unit texts, in lower case, whose words no product of symbols describes. */
const wholeTexts: Readonly<Record<string, string>> = {
  '1': '1',
  '(0 - 1)': '1',
  '(0-1)': '1',
  dimensionless: '1',
  unitless: '1',
  '%': '%',
  percent: '%',
  'deg c': 'Cel',
  'degree c': 'Cel',
  'degrees c': 'Cel',
  'deg celsius': 'Cel',
  'degree celsius': 'Cel',
  'degrees celsius': 'Cel',
  'deg k': 'K',
  'deg f': '[degF]',
};

/** Words, in lower case. */
const words: Readonly<Record<string, string>> = {
  kelvin: 'K',
  kelvins: 'K',
  degk: 'K',
  degree_kelvin: 'K',
  degrees_kelvin: 'K',
  celsius: 'Cel',
  degc: 'Cel',
  deg_c: 'Cel',
  degree_c: 'Cel',
  degrees_c: 'Cel',
  degree_celsius: 'Cel',
  degrees_celsius: 'Cel',
  '°c': 'Cel',
  degf: '[degF]',
  degree: 'deg',
  degrees: 'deg',
  degrees_north: 'deg',
  degrees_east: 'deg',
  '°': 'deg',
  radian: 'rad',
  radians: 'rad',
  meter: 'm',
  meters: 'm',
  metre: 'm',
  metres: 'm',
  millimeter: 'mm',
  millimeters: 'mm',
  millimetre: 'mm',
  millimetres: 'mm',
  kilometer: 'km',
  kilometers: 'km',
  kilometre: 'km',
  kilometres: 'km',
  sec: 's',
  second: 's',
  seconds: 's',
  minute: 'min',
  minutes: 'min',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  month: 'mo',
  months: 'mo',
  year: 'a',
  years: 'a',
  yr: 'a',
  gram: 'g',
  grams: 'g',
  kilogram: 'kg',
  kilograms: 'kg',
  pascal: 'Pa',
  pascals: 'Pa',
  hectopascal: 'hPa',
  hectopascals: 'hPa',
  mb: 'mbar',
  millibar: 'mbar',
  millibars: 'mbar',
  watt: 'W',
  watts: 'W',
  joule: 'J',
  joules: 'J',
  knot: '[kn_i]',
  knots: '[kn_i]',
  ppm: '[ppm]',
  ppb: '[ppb]',
};

/** Spellings that are UCUM codes already; their case matters. */
const symbols = new Set(
  'm cm mm km um nm s min h d g kg mg ug t K Cel Pa hPa kPa bar mbar W kW J kJ MJ N Hz V A mol rad sr deg L % 1'.split(
    ' ',
  ),
);

/**
 * UCUM code of a unit as CF and GRIB data spell it ('m s**-1', 'kg m-2', 'degK', 'mm/day'); undefined when a part
 * of it is not known, since a wrong unit is worse than none.
 */
export function ucumCode(unit: string): string | undefined {
  const text = unit.trim();
  const whole = wholeTexts[text.toLowerCase()];
  if (whole !== undefined) return whole;
  const numerators: string[] = [];
  const denominators: string[] = [];
  for (const [group, factors] of text.split('/').entries()) {
    for (const factor of factors.trim().split(/\s+|\.|(?<!\*)\*(?!\*)/)) {
      const parsed = parseFactor(factor);
      if (parsed === undefined) return undefined;
      const isDenominator = parsed.exponent < 0 !== group > 0;
      (isDenominator ? denominators : numerators).push(formatFactor(parsed));
    }
  }
  const over = numerators.filter((code) => code !== '1').join('.');
  const under = denominators.map((code) => `/${code}`).join('');
  return over + under === '' ? '1' : over + under;
}

interface Factor {
  readonly code: string;
  readonly exponent: number;
}

function parseFactor(text: string): Factor | undefined {
  const match = /^(.*?[^-+\d*^])(?:(?:\*\*|\^)?([-+]?\d+))?$/.exec(text);
  if (text === '1') return { code: '1', exponent: 1 };
  if (match === null) return undefined;
  const [, name = '', exponent = '1'] = match;
  const code = symbols.has(name) ? name : words[name.toLowerCase()];
  return code === undefined || Number(exponent) === 0 ? undefined : { code, exponent: Number(exponent) };
}

function formatFactor({ code, exponent }: Factor): string {
  return Math.abs(exponent) === 1 ? code : `${code}${Math.abs(exponent)}`;
}
