import type { CalendarName, Crs } from '../../grid/index.js';
import { parameterOf } from '../check-answer.js';
import type { CoverageAnswer, Domain, DomainAxis } from '../coverage.js';
import { numbersOf, timesOf } from '../domain-axes.js';
import type { DescribedRange } from '../printed-values.js';
import { type FloatType, floatTypeOf } from '../value-bytes.js';
import { type RasterPlace, rasterPlace } from './raster-place.js';

/** An answer as one image. */
export interface Image {
  readonly bands: readonly DescribedRange[];
  readonly place: RasterPlace;
  readonly crs: Crs;
  /** Of all bands, since programs expect one. */
  readonly type: FloatType;
  readonly time?: string;
  readonly calendar?: CalendarName;
}

const other = 'ask for another form, such as NetCDF or CoverageJSON';

/**
 * An answer as an image: grids on the same cells at one time and one level, each parameter once. A text for who asked
 * where it is none.
 */
export function imageOf(answer: CoverageAnswer): Image | string {
  const domains = answer.coverages.map(({ domain }) => domain);
  const [first] = domains as [Domain];
  const noGrid = domains.find(({ domainType }) => domainType !== 'Grid');
  if (noGrid !== undefined)
    return `GeoTIFF holds grids only, and this answer is a ${noGrid.domainType}; ${other}`;
  const times = distinct(domains, ({ t }) => t && timesOf(t));
  if (times.length > 1) {
    return `GeoTIFF holds one time and this answer has ${times.length}; choose one by datetime, or ${other}`;
  }
  const levels = distinct(domains, ({ z }) => z && numbersOf(z));
  if (levels.length > 1) {
    return `GeoTIFF holds one level and this answer has ${levels.length}; choose one by z, or ${other}`;
  }
  const bands = answer.coverages.flatMap(({ ranges }) =>
    ranges.map((range) => ({ range, parameter: parameterOf(answer, range) })),
  );
  if (new Set(bands.map(({ parameter }) => parameter)).size < bands.length) {
    return `GeoTIFF holds each parameter once: choose one value of each custom axis, or ${other}`;
  }
  const place = rasterPlace(first);
  if (place === undefined || !domains.every((domain) => isOnSameCells(domain, first))) {
    return `GeoTIFF needs the same cells of one size for all parameters, and the axes of this answer are irregular or differ; ask for even ones by resolution-x and resolution-y, or ${other}`;
  }
  const isShort = bands.every(({ parameter }) => floatTypeOf(parameter) === 'float32');
  const calendar = domains.find(({ t }) => t !== undefined)?.calendar;
  return {
    bands,
    place,
    crs: first.crs,
    type: isShort ? 'float32' : 'float64',
    ...(times[0] !== undefined && { time: times[0] }),
    ...(calendar !== undefined && { calendar }),
  };
}

function distinct<T>(domains: readonly Domain[], of: (domain: Domain) => readonly T[] | undefined): T[] {
  return [...new Set(domains.flatMap((domain) => of(domain) ?? []))];
}

function isOnSameCells(a: Domain, b: Domain): boolean {
  return isSameAxis(a.x, b.x) && isSameAxis(a.y, b.y) && a.crs.id === b.crs.id;
}

function isSameAxis(a: DomainAxis | undefined, b: DomainAxis | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
