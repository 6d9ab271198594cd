/** Where the sun stands at one instant, seen from the centre of the earth. Angles in radians. */
export interface Sun {
  readonly declination: number;
  /** Apparent minus mean solar time, as an angle. */
  readonly equationOfTime: number;
  /** Earth-sun distance in astronomical units. */
  readonly distance: number;
  /** Mean solar time at longitude 0 counted from noon, as an angle. */
  readonly meanHourAngle: number;
}

/** Total solar irradiance at 1 au in W m-2. Source: Kopp & Lean, Geophys. Res. Lett. 38, L01706, 2011. */
export const solarConstant = 1361;

const j2000Ms = Date.UTC(2000, 0, 1, 12);
const dayMs = 86_400_000;

/**
 * The sun by the low-precision formulas of the Astronomical Almanac: 0.01 degree between 1950 and 2050.
 *
 * Source: The Astronomical Almanac, page C5; Michalsky, Solar Energy 40(3), 227-235, 1988.
 */
export function sunAt(instantMs: number): Sun {
  const days = (instantMs - j2000Ms) / dayMs;
  const meanLongitude = 280.46 + 0.9856474 * days;
  const anomaly = radians(357.528 + 0.9856003 * days);
  const longitude = radians(meanLongitude + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly));
  const obliquity = radians(23.439 - 0.0000004 * days);
  const rightAscension = Math.atan2(Math.cos(obliquity) * Math.sin(longitude), Math.cos(longitude));
  return {
    declination: Math.asin(Math.sin(obliquity) * Math.sin(longitude)),
    equationOfTime: wrapAngle(radians(meanLongitude) - rightAscension),
    distance: 1.00014 - 0.01671 * Math.cos(anomaly) - 0.00014 * Math.cos(2 * anomaly),
    meanHourAngle: wrapAngle((days - Math.floor(days)) * 2 * Math.PI),
  };
}

/** Hour angle of the sun over a longitude: 0 at the local apparent noon, growing westwards through the day. */
export function hourAngle(sun: Sun, longitude: number): number {
  return sun.meanHourAngle + radians(longitude) + sun.equationOfTime;
}

/** Top-of-atmosphere insolation on a horizontal surface in W m-2; 0 at night. */
export function insolation(sun: Sun, latitude: number, angle: number): number {
  const lat = radians(latitude);
  const cosZenith =
    Math.sin(lat) * Math.sin(sun.declination) + Math.cos(lat) * Math.cos(sun.declination) * Math.cos(angle);
  return (solarConstant / sun.distance ** 2) * Math.max(0, cosZenith);
}

/** Mean of `insolation` over one day, by its closed form. Source: Berger, J. Atmos. Sci. 35, 2362-2367, 1978. */
export function dailyInsolation(sun: Sun, latitude: number): number {
  const lat = radians(latitude);
  const sunset = Math.acos(clamp(-Math.tan(lat) * Math.tan(sun.declination)));
  const path =
    sunset * Math.sin(lat) * Math.sin(sun.declination) +
    Math.cos(lat) * Math.cos(sun.declination) * Math.sin(sunset);
  return (solarConstant / sun.distance ** 2 / Math.PI) * path;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function wrapAngle(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

function clamp(value: number): number {
  return Math.max(-1, Math.min(1, value));
}
