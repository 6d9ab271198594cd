const RADIANS = Math.PI / 180;

/** Distance along the great circle on a sphere of the Earth's mean radius, by the haversine formula. */
export function haversineMetres(
  [fromLon, fromLat]: readonly [number, number],
  [toLon, toLat]: readonly [number, number],
): number {
  const half = (degrees: number) => Math.sin((degrees * RADIANS) / 2) ** 2;
  const across = Math.cos(fromLat * RADIANS) * Math.cos(toLat * RADIANS) * half(toLon - fromLon);
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(half(toLat - fromLat) + across)));
}
