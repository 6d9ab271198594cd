import type { Coverage, CoverageAnswer, CoverageParameter, Domain } from '../../src/formats/index.js';
import type { Crs } from '../../src/grid/index.js';

export const crs84: Crs = { id: 'OGC:CRS84', kind: 'geographic' };

export const temperature: CoverageParameter = {
  id: 't2m',
  title: 'Température à 2 m',
  description: 'Air temperature',
  unit: 'degK',
  standardName: 'air_temperature',
  dataType: 'float',
  precision: 'float32',
};

/** Values in blocks of `blockLength`. */
export async function* inBlocks(
  values: ArrayLike<number>,
  blockLength = values.length,
): AsyncGenerator<Float64Array> {
  for (let at = 0; at < values.length; at += blockLength) {
    yield Float64Array.from({ length: Math.min(blockLength, values.length - at) }, (_, i) => values[at + i]!);
  }
}

/** A coverage with one range, axes given by the domain. */
export function coverageOf(
  domain: Domain,
  values: ArrayLike<number>,
  more: Partial<Coverage> = {},
): Coverage {
  const lengths = { t: 1, z: 1, y: 1, x: 1, ...axisLengths(domain) };
  const axisNames = domain.composite ? ['z', 'composite'] : ['t', 'z', 'y', 'x'];
  const shape = axisNames.map((name) => lengths[name as 't']);
  return {
    domain,
    ranges: [{ parameter: 't2m', axisNames, shape, values: () => inBlocks(values, 3) }],
    ...more,
  };
}

function axisLengths(domain: Domain): Record<string, number> {
  const entries = (['t', 'z', 'y', 'x'] as const).flatMap((name) => {
    const axis = domain[name];
    if (axis === undefined) return [];
    return [[name, axis.kind === 'regular' ? axis.count : axis.values.length]];
  });
  return Object.fromEntries([...entries, ['composite', domain.composite?.values.length ?? 1]]);
}

export function answerOf(...coverages: Coverage[]): CoverageAnswer {
  return { parameters: [temperature], coverages, isCollection: coverages.length > 1 };
}

export const gridDomain: Domain = {
  domainType: 'Grid',
  x: { kind: 'regular', start: 10, stop: 12, count: 3 },
  y: { kind: 'numbers', values: [88.572, 51.050000000000004] },
  t: { kind: 'times', values: ['2020-01-01T00:00:00Z'] },
  crs: crs84,
  calendar: 'standard',
};

/** A section of as many vertices as there are times, along the equator. */
export function sectionDomain(times: readonly string[], levels: readonly number[]): Domain {
  return {
    domainType: 'Section',
    composite: { coordinates: ['t', 'x', 'y'], values: times.map((time, i) => [time, 10 + i, 0]) },
    z: { kind: 'numbers', values: levels },
    vertical: { unit: 'hPa', positive: 'down' },
    crs: crs84,
    calendar: 'standard',
  };
}

export function pointDomain(x: number, y: number): Domain {
  return {
    domainType: 'Point',
    x: { kind: 'numbers', values: [x] },
    y: { kind: 'regular', start: y, stop: y, count: 1 },
    crs: crs84,
  };
}
