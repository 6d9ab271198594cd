/** The figure of the earth of a definition. */
export interface Earth {
  readonly semiMajorAxis: number;
  /** Zero for a sphere. */
  readonly inverseFlattening: number;
  /** Shift of its datum to WGS 84, where there is one. */
  readonly toWgs84?: readonly number[];
}

/** What a proj4 definition says, for formats that have words of their own for it. */
export interface ProjDefinition {
  /** The projection as proj4 calls it; UTM is the transverse Mercator that it is. */
  readonly method: string;
  /** The first of these parameters that is there; 0 when none is. */
  number(...names: readonly string[]): number;
  /** Length of the unit of x and y; undefined when it is not known. */
  readonly metres: number | undefined;
  /** Undefined when it is stated in words that are not known here: a wrong figure is worse than none. */
  readonly earth: Earth | undefined;
}

const ellipsoids: Readonly<Record<string, readonly [axis: number, inverseFlattening: number]>> = {
  WGS84: [6378137, 298.257223563],
  GRS80: [6378137, 298.257222101],
  bessel: [6377397.155, 299.1528128],
};

/** Reads a definition such as `+proj=utm +zone=21 +datum=WGS84 +units=m`. */
export function parseProj(proj: string): ProjDefinition {
  const stated = new Map(
    [...proj.matchAll(/\+(\w+)(?:=(\S+))?/g)].map(([, name, value]) => [name!, value ?? '']),
  );
  const words = stated.get('proj') === 'utm' ? transverseMercator(stated) : stated;
  const number = (...names: readonly string[]): number => {
    const name = names.find((one) => words.has(one));
    return name === undefined ? 0 : Number(words.get(name));
  };
  return {
    method: words.get('proj') ?? '',
    number,
    metres: metresPerUnit(words),
    earth: earthOf(words, number),
  };
}

/** The scale on the central line; absent, it is 1. */
export function scaleOf({ number }: ProjDefinition): number {
  return number('k_0', 'k') || 1;
}

type Words = ReadonlyMap<string, string>;

function transverseMercator(utm: Words): Words {
  const meridian = Number(utm.get('zone')) * 6 - 183;
  const northing = utm.has('south') ? '10000000' : '0';
  const own = {
    proj: 'tmerc',
    lat_0: '0',
    lon_0: String(meridian),
    k_0: '0.9996',
    x_0: '500000',
    y_0: northing,
  };
  return new Map([...utm, ...Object.entries(own)]);
}

function metresPerUnit(words: Words): number | undefined {
  const stated = words.get('to_meter');
  if (stated !== undefined) return Number(stated) || undefined;
  return { m: 1, km: 1000 }[words.get('units') ?? 'm'];
}

function earthOf(words: Words, number: ProjDefinition['number']): Earth | undefined {
  const axes = axesOf(words, number);
  if (axes === undefined || number('pm') !== 0) return undefined;
  const [semiMajorAxis, inverseFlattening] = axes;
  const shift = (words.get('towgs84') ?? '').split(',').map(Number);
  const isShifted = shift.some((value) => value !== 0) && shift.every(Number.isFinite);
  return { semiMajorAxis, inverseFlattening, ...(isShifted && { toWgs84: shift }) };
}

function axesOf(words: Words, number: ProjDefinition['number']): readonly [number, number] | undefined {
  if (words.has('R')) return [number('R'), 0];
  if (words.has('a') && words.has('rf')) return [number('a'), number('rf')];
  if (words.has('a') && words.has('b')) {
    const [a, b] = [number('a'), number('b')];
    return [a, a === b ? 0 : a / (a - b)];
  }
  return ellipsoids[words.get('datum') ?? words.get('ellps') ?? ''];
}
