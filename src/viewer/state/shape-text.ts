import { parseNumber } from './number-text.js';
import type { Bbox, Place, Shape } from './place.js';

const digits = 4;
/** Of a shape in an address: a longer one is no longer a link. */
const maxPoints = 200;

/** `lon,lat` of a place; `undefined` for anything else. */
export function parsePlace(text: string): Place | undefined {
  const [longitude, latitude, ...others] = text.split(',').map(parseNumber);
  if (longitude === undefined || latitude === undefined || others.length > 0) return undefined;
  return Math.abs(longitude) <= 540 && Math.abs(latitude) <= 90 ? { longitude, latitude } : undefined;
}

/** `lon,lat;lon,lat` of at least `least` places. */
function parsePlaces(text: string, least: number): Place[] | undefined {
  const places = text.split(';').map(parsePlace);
  const isWhole = places.length >= least && places.length <= maxPoints;
  return isWhole && places.every((place) => place !== undefined) ? places : undefined;
}

/** `west,south,east,north`. */
function parseBox(text: string): Bbox | undefined {
  const numbers = text.split(',').map((part) => parseNumber(part) ?? Number.NaN);
  if (numbers.length !== 4) return undefined;
  const [west, south, east, north] = numbers as [number, number, number, number];
  const isBox =
    [west, east].every((longitude) => Math.abs(longitude) <= 360) &&
    [south, north].every((latitude) => Math.abs(latitude) <= 90) &&
    south <= north;
  return isBox ? [west, south, east, north] : undefined;
}

/** The shape that one of the fields of an address holds. */
export function parseShape(fields: { get(name: string): string | null | undefined }): Shape | undefined {
  const bbox = parseBox(fields.get('box') ?? '');
  if (bbox) return { kind: 'box', bbox };
  const polygon = parsePlaces(fields.get('polygon') ?? '', 3);
  if (polygon) return { kind: 'polygon', points: polygon };
  const path = parsePlaces(fields.get('path') ?? '', 2);
  return path && { kind: 'path', points: path };
}

/** The text that `parseShape` reads in the field named after the shape's kind. */
export function formatShape(shape: Shape): string {
  return shape.kind === 'box' ? shape.bbox.map(tidy).join(',') : formatPlaces(shape.points);
}

/** The text that `parsePlaces` reads. */
export function formatPlaces(places: readonly Place[]): string {
  return places.map(({ longitude, latitude }) => `${tidy(longitude)},${tidy(latitude)}`).join(';');
}

/** Well-known text for EDR. */
export function shapeWkt(shape: Shape): string {
  if (shape.kind === 'box') {
    const [west, south, east, north] = shape.bbox;
    const far = east < west ? east + 360 : east;
    const ring = [
      [west, south],
      [far, south],
      [far, north],
      [west, north],
      [west, south],
    ];
    return `POLYGON((${ring.map((pair) => pair.map(tidy).join(' ')).join(',')}))`;
  }
  const pair = ({ longitude, latitude }: Place) => `${tidy(longitude)} ${tidy(latitude)}`;
  if (shape.kind === 'path') return `LINESTRING(${shape.points.map(pair).join(',')})`;
  return `POLYGON((${[...shape.points, shape.points[0]!].map(pair).join(',')}))`;
}

function tidy(degrees: number): number {
  return Number(degrees.toFixed(digits));
}
