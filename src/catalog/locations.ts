import type { BlobOptions, BlobStore } from '../blob/index.js';
import { CorruptionError, NotFoundError } from '../errors/index.js';
import { locationsPath } from './layer-paths.js';
import { FORMAT_VERSION } from './manifest.js';
import { requireKnownVersion } from './manifest-text.js';
import { formatSealed, parseSealed } from './sealed-json.js';

/** Longitude and latitude in degrees. */
export type LonLat = readonly [number, number];

/** Where a location is: GeoJSON without altitudes. */
export type LocationGeometry =
  | { readonly type: 'Point'; readonly coordinates: LonLat }
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly LonLat[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly LonLat[])[])[] };

/** A place by name, of which a layer has data. */
export interface Location {
  readonly id: string;
  readonly title: string;
  readonly geometry: LocationGeometry;
}

/** The locations of a layer, in the order they were imported; none for a layer that was given none. */
export async function readLocations(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<readonly Location[]> {
  const path = locationsPath(layer);
  let bytes: Uint8Array;
  try {
    bytes = await store.get(path, options);
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
  const value = parseSealed(bytes, { path, what: 'locations' });
  requireKnownVersion(value, { path, what: 'locations' });
  const { locations } = value as { readonly locations?: unknown };
  if (Array.isArray(locations)) return locations;
  throw new CorruptionError('locations are not a list', { path, found: typeof locations });
}

/** Makes `locations` those of a layer, in place of what it had; an empty list leaves it none. */
export async function putLocations(
  store: BlobStore,
  { layer, locations }: { readonly layer: string; readonly locations: readonly Location[] },
  options: BlobOptions = {},
): Promise<void> {
  const path = locationsPath(layer);
  if (locations.length === 0) await store.delete(path, { ...options, isDurable: true });
  else await store.put(path, [formatSealed({ formatVersion: FORMAT_VERSION, locations })], options);
}
