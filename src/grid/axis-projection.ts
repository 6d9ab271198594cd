import type { Crs } from './crs.js';
import { CRS84 } from './crs-registry.js';
import { projectPoints } from './projection.js';

/** Projections in which x is proportional to longitude and y depends on latitude alone. */
const CYLINDRICAL = /\+proj=(longlat|merc|cea|eqc)\b/;
const SHIFT = /\+towgs84=(\S+)/;
const CENTRAL_MERIDIAN = /\+lon_0=(\S+)/;
const TURN = 360;

/** Maps one coordinate; NaN where it cannot. */
export type ProjectNumber = (value: number) => number;

/** How x and y of one system are those of another, each on its own. */
export interface AxisProjection {
  readonly x: ProjectNumber;
  readonly y: ProjectNumber;
  /** What a turn of the globe adds to x of the system mapped to. */
  readonly turn: number;
}

/**
 * Maps each axis of one system to that of another; undefined where x of the one depends on y of the other. x goes on
 * past the antimeridian, so that what ascends in the one ascends in the other.
 */
export function projectAxes(from: Crs, to: Crs): AxisProjection | undefined {
  const source = degreesOf(from);
  const target = degreesOf(to);
  if (source === undefined || target === undefined) return undefined;
  return {
    x: (x) => target.fromLongitude(source.toLongitude(x)),
    y: (y) => target.fromLatitude(source.toLatitude(y)),
    turn: target.turn,
  };
}

interface Degrees {
  readonly turn: number;
  toLongitude: ProjectNumber;
  fromLongitude: ProjectNumber;
  toLatitude: ProjectNumber;
  fromLatitude: ProjectNumber;
}

/** The way between a cylindrical system and degrees of WGS 84. */
function degreesOf(crs: Crs): Degrees | undefined {
  const same = (value: number) => value;
  if (crs.kind === 'geographic') {
    return { turn: TURN, toLongitude: same, fromLongitude: same, toLatitude: same, fromLatitude: same };
  }
  const { proj } = crs;
  if (proj === undefined || !CYLINDRICAL.test(proj) || isShifted(proj)) return undefined;
  const project = projectPoints(CRS84, crs);
  const unproject = projectPoints(crs, CRS84);
  const meridian = Number(CENTRAL_MERIDIAN.exec(proj)?.[1] ?? 0);
  const [centre] = project(meridian, 0);
  // proj4 folds longitudes into one turn; being proportional, they need no proj4.
  const turn = 4 * (project(meridian + TURN / 4, 0)[0] - centre);
  return {
    turn,
    toLongitude: (x) => meridian + ((x - centre) / turn) * TURN,
    fromLongitude: (longitude) => withoutNoise(centre + ((longitude - meridian) / TURN) * turn),
    toLatitude: (y) => unproject(centre, y)[1],
    fromLatitude: (latitude) => withoutNoise(project(meridian, latitude)[1]),
  };
}

/** The equator is at 0, not at 7e-10. */
function withoutNoise(metres: number): number {
  return Math.abs(metres) < 1e-6 ? 0 : metres;
}

/** A shift between datums makes latitudes depend on longitudes. */
function isShifted(proj: string): boolean {
  const shift = SHIFT.exec(proj)?.[1] ?? '0';
  return shift.split(',').some((value) => Number(value) !== 0);
}
