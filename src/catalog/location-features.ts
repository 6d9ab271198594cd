import { InvalidArgumentError } from '../errors/index.js';
import type { Location, LocationGeometry, LonLat } from './locations.js';

const MAX_LOCATIONS = 10_000;
/** Of one location: what a query takes as well-known text. */
const MAX_VERTICES = 20_000;
const MAX_ALL_VERTICES = 500_000;
const MAX_CHARACTERS = 200;
/** Commas separate ids in addresses; slashes end them. */
const ID = /^[^\p{Cc}\p{Surrogate},/]{1,200}$/u;

/**
 * The locations in a GeoJSON FeatureCollection: Points, Polygons and MultiPolygons with an `id`, their own or in
 * their properties, and perhaps a `name` or `title`. Altitudes and other properties are left out.
 *
 * Throws: InvalidArgumentError naming the feature and what is wrong with it.
 */
export function parseLocationFeatures(value: unknown): Location[] {
  const { type, features, crs } = objectOf(value);
  if (type !== 'FeatureCollection' || !Array.isArray(features)) {
    throw new InvalidArgumentError('not a GeoJSON FeatureCollection', { found: shown(type) });
  }
  if (crs !== undefined && !/CRS84|4326/.test(JSON.stringify(crs))) {
    throw new InvalidArgumentError('coordinates of locations are longitude and latitude', {
      found: shown(crs),
    });
  }
  if (features.length === 0 || features.length > MAX_LOCATIONS) {
    throw new InvalidArgumentError('the number of locations is out of bounds', {
      found: features.length,
      allowed: `1 to ${MAX_LOCATIONS}`,
    });
  }
  const budget = { vertices: MAX_ALL_VERTICES };
  const locations = features.map((feature, i) => parseFeature(feature, { index: i, budget }));
  const ids = new Set<string>();
  for (const { id } of locations) {
    if (ids.has(id)) throw new InvalidArgumentError('two locations have the same id', { id });
    ids.add(id);
  }
  return locations;
}

interface Budget {
  vertices: number;
}

function parseFeature(value: unknown, { index, budget }: { index: number; budget: Budget }): Location {
  const feature = objectOf(value);
  const properties = objectOf(feature.properties);
  const found = feature.id ?? properties.id;
  const id = typeof found === 'number' ? String(found) : found;
  if (feature.type !== 'Feature' || typeof id !== 'string' || !ID.test(id) || id.trim() !== id) {
    throw new InvalidArgumentError('a feature has no usable id', {
      feature: index,
      found: shown(found),
      expected: 'text of at most 200 characters without commas and slashes, or a number',
    });
  }
  const title = [properties.name, properties.title, properties.label].find(
    (text) => typeof text === 'string',
  );
  return {
    id,
    title: typeof title === 'string' && title !== '' ? title.slice(0, MAX_CHARACTERS) : id,
    geometry: new GeometryReader(id, budget).read(feature.geometry),
  };
}

/** Reads the geometry of one feature; counts its vertices. */
class GeometryReader {
  readonly #id: string;
  readonly #budget: Budget;
  #vertices = 0;

  constructor(id: string, budget: Budget) {
    this.#id = id;
    this.#budget = budget;
  }

  read(value: unknown): LocationGeometry {
    const { type, coordinates } = objectOf(value);
    switch (type) {
      case 'Point':
        return { type, coordinates: this.#position(coordinates) };
      case 'Polygon':
        return { type, coordinates: this.#polygon(coordinates) };
      case 'MultiPolygon':
        return { type, coordinates: this.#list(coordinates).map((polygon) => this.#polygon(polygon)) };
      default:
        throw this.#failure('Point, Polygon or MultiPolygon', type);
    }
  }

  #polygon(value: unknown): LonLat[][] {
    return this.#list(value).map((ring) => this.#ring(ring));
  }

  #ring(value: unknown): LonLat[] {
    const ring = this.#list(value).map((position) => this.#position(position));
    const [first, last] = [ring[0]!, ring.at(-1)!];
    if (ring.length < 4 || first[0] !== last[0] || first[1] !== last[1]) {
      throw this.#failure('a ring of at least 4 positions that ends where it starts', value);
    }
    return ring;
  }

  #position(value: unknown): LonLat {
    if (++this.#vertices > MAX_VERTICES) throw this.#failure(`at most ${MAX_VERTICES} positions`, 'more');
    if (--this.#budget.vertices < 0) {
      throw this.#failure(`at most ${MAX_ALL_VERTICES} positions in all locations together`, 'more');
    }
    const [lon, lat] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    if (isWithin(lon, 360) && isWithin(lat, 90)) return [lon, lat];
    throw this.#failure('a longitude of at most 360 and a latitude of at most 90 degrees', value);
  }

  #list(value: unknown): readonly unknown[] {
    if (Array.isArray(value) && value.length > 0) return value;
    throw this.#failure('a list that is not empty', value);
  }

  #failure(expected: string, found: unknown): InvalidArgumentError {
    return new InvalidArgumentError('the geometry of a location is not valid', {
      id: this.#id,
      found: shown(found),
      expected,
    });
  }
}

function isWithin(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= limit;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
