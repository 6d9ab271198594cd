import type { GeoKeys } from './geo-keys.js';

/** The figure of the earth that a file's keys state. */
export interface EarthShape {
  /** Its longitudes and latitudes are those of WGS 84 to about a metre. */
  readonly isWgs84: boolean;
  readonly isSphere: boolean;
  /** proj4's words for it, with the shift to WGS 84. */
  readonly proj: string;
}

/** Geographic systems that agree with WGS 84 to about a metre, where no shift is applied. */
const WGS84_LIKE: ReadonlySet<number> = new Set([
  4326, 4979, 4030, 4258, 4937, 4019, 4269, 4674, 4989, 4167, 4959, 4283, 4939, 7844, 7843, 4148, 4612, 6668,
  4490, 4171, 4619, 4737,
]);
const WGS84_DATUMS: ReadonlySet<number> = new Set([
  6326, 6258, 6269, 6674, 6167, 6283, 6148, 6612, 6171, 6619,
]);
const GREENWICH = 8901;
/** Semi-major axis and inverse flattening of ellipsoids by their EPSG code. */
const ELLIPSOIDS: Readonly<Record<number, readonly [number, number]>> = {
  7004: [6377397.155, 299.1528128],
  7008: [6378206.4, 294.978698213898],
  7019: [6378137, 298.257222101],
  7022: [6378388, 297],
  7024: [6378245, 298.3],
  7030: [6378137, 298.257223563],
  7035: [6371000, 0],
  7043: [6378135, 298.26],
  7048: [6370997, 0],
};
const WGS84_PROJ = '+datum=WGS84';
const NO_SHIFT = '+towgs84=0,0,0,0,0,0,0';

/**
 * The figure of the earth of a file's keys; undefined when it is unknown, or it is and the shift of its datum
 * is not: positions would be off by hundreds of metres.
 */
export function earthShape(keys: GeoKeys): EarthShape | undefined {
  const meridian = keys.code('PrimeMeridian') ?? GREENWICH;
  if (meridian !== GREENWICH || (keys.number('PrimeMeridianLongitude') ?? 0) !== 0) return undefined;
  const code = keys.code('GeographicType');
  const datum = keys.code('GeodeticDatum');
  if (code !== undefined || datum !== undefined) {
    const isKnown = code === undefined ? WGS84_DATUMS.has(datum!) : WGS84_LIKE.has(code);
    return isKnown ? { isWgs84: true, isSphere: false, proj: WGS84_PROJ } : undefined;
  }
  return shapeOf(axesOf(keys), keys.numbers('ToWgs84'));
}

function axesOf(keys: GeoKeys): readonly [number, number] | undefined {
  const known = ELLIPSOIDS[keys.code('Ellipsoid') ?? 0];
  if (known !== undefined) return known;
  const major = keys.number('SemiMajorAxis');
  const minor = keys.number('SemiMinorAxis');
  const inverse = keys.number('InverseFlattening');
  if (major === undefined || !(major > 6e6 && major < 7e6)) return undefined;
  if (inverse !== undefined) return [major, inverse];
  if (minor === undefined) return undefined;
  return [major, minor === major ? 0 : major / (major - minor)];
}

function shapeOf(
  axes: readonly [number, number] | undefined,
  shift: readonly number[] | undefined,
): EarthShape | undefined {
  if (axes === undefined) return undefined;
  const [major, inverse] = axes;
  if (inverse === 0) return { isWgs84: false, isSphere: true, proj: `+R=${major}` };
  if (!(inverse > 250 && inverse < 350)) return undefined;
  const isLikeWgs84 = Math.abs(major - 6378137) < 1 && Math.abs(inverse - 298.2572) < 0.001;
  const isShift = shift !== undefined && (shift.length === 3 || shift.length === 7);
  if (!isLikeWgs84 && !isShift) return undefined;
  const isShifted = isShift && shift.some((value) => value !== 0);
  const towgs84 = isShifted ? `+towgs84=${shift.join(',')}` : NO_SHIFT;
  return {
    isWgs84: isLikeWgs84 && !isShifted,
    isSphere: false,
    proj: `+a=${major} +rf=${inverse} ${towgs84}`,
  };
}
