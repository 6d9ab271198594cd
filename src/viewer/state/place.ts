/** A place in degrees, longitude in -180..180. */
export interface Place {
  readonly longitude: number;
  readonly latitude: number;
}

/** Where the map looks: degrees and zoom. */
export interface MapView extends Place {
  readonly zoom: number;
}

/** West, south, east, north in degrees; west > east crosses the antimeridian. */
export type Bbox = readonly [number, number, number, number];

/** What was drawn on the map. Longitudes of lines run on over 180 degrees where they cross it. */
export type Shape =
  | { readonly kind: 'box'; readonly bbox: Bbox }
  | { readonly kind: 'polygon'; readonly points: readonly Place[] }
  | { readonly kind: 'path'; readonly points: readonly Place[] };

const earthRadiusKm = 6371.0088;

/** Longitude in -180..180. */
export function wrapLongitude(longitude: number): number {
  return longitude >= -180 && longitude <= 180
    ? longitude
    : longitude - 360 * Math.floor((longitude + 180) / 360);
}

/** The smallest box around a shape that does not leave -180..180 without saying so. */
export function boxAround(shape: Shape): Bbox {
  if (shape.kind === 'box') return shape.bbox;
  const longitudes = shape.points.map(({ longitude }) => longitude);
  const latitudes = shape.points.map(({ latitude }) => latitude);
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const isWorld = east - west >= 360;
  return [
    isWorld ? -180 : wrapLongitude(west),
    Math.min(...latitudes),
    isWorld ? 180 : wrapLongitude(east),
    Math.max(...latitudes),
  ];
}

/** Great-circle distance on a sphere. */
function distanceKm(a: Place, b: Place): number {
  const radians = Math.PI / 180;
  const dLatitude = ((b.latitude - a.latitude) * radians) / 2;
  const dLongitude = ((b.longitude - a.longitude) * radians) / 2;
  const cosines = Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians);
  const haversine = Math.sin(dLatitude) ** 2 + cosines * Math.sin(dLongitude) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(haversine)));
}

/** A place along a path, and how far along. */
export interface PathSample extends Place {
  readonly km: number;
}

/** `count` places or more along a path: its own vertices, and others evenly between them, straight on the map's degrees. */
export function samplePath(points: readonly Place[], count: number): PathSample[] {
  const [first] = points;
  if (first === undefined) return [];
  const legs = points.slice(1).map((to, i) => ({ from: points[i]!, to, km: distanceKm(points[i]!, to) }));
  const total = legs.reduce((sum, { km }) => sum + km, 0);
  const samples: PathSample[] = [{ ...first, km: 0 }];
  let before = 0;
  for (const { from, to, km } of legs) {
    const steps = Math.max(1, Math.round((count * km) / (total || 1)));
    for (let step = 1; step <= steps; step++) {
      const share = step / steps;
      samples.push({
        longitude: from.longitude + share * (to.longitude - from.longitude),
        latitude: from.latitude + share * (to.latitude - from.latitude),
        km: before + share * km,
      });
    }
    before += km;
  }
  return samples;
}
