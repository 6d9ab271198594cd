const TURN = 360;

/** Longitudes of a window as answers state them: within -180..180, or going on past 180 where the window does. */
export function monotonicLongitudes(longitudes: readonly number[]): readonly number[] {
  const first = Math.min(longitudes[0]!, longitudes.at(-1)!);
  const last = Math.max(longitudes[0]!, longitudes.at(-1)!);
  if (first >= -180 && (last <= 180 || first < 180)) return longitudes;
  const shift = -Math.floor((first + 180) / TURN) * TURN;
  return longitudes.map((longitude) => longitude + shift);
}

/** One longitude within -180..180. */
export function stateLongitude(longitude: number): number {
  if (longitude >= -180 && longitude <= 180) return longitude;
  return longitude - Math.floor((longitude + 180) / TURN) * TURN;
}
