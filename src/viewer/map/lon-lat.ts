import { type Place, wrapLongitude } from '../state/place.js';
import { worldMetres } from './tile-range.js';

const half = worldMetres / 2;
/** Where Web Mercator ends. */
export const maxLatitude = 85.0511287798;

/** A point of Web Mercator; longitudes beyond 180 are on the next world. */
export function toMercator({ longitude, latitude }: Place): [number, number] {
  const kept = Math.max(-maxLatitude, Math.min(maxLatitude, latitude));
  const radians = (kept * Math.PI) / 180;
  return [(longitude * half) / 180, (half / Math.PI) * Math.log(Math.tan(Math.PI / 4 + radians / 2))];
}

/** The place of a point of Web Mercator, on whichever world. */
export function fromMercator([x, y]: readonly number[]): Place {
  const latitude = (360 / Math.PI) * Math.atan(Math.exp((y! * Math.PI) / half)) - 90;
  return { longitude: (x! / half) * 180, latitude };
}

/** As `fromMercator`, the longitude in -180..180. */
export function placeAt(coordinate: readonly number[]): Place {
  const { longitude, latitude } = fromMercator(coordinate);
  return { longitude: wrapLongitude(longitude), latitude };
}

/** The places of a line, moved by whole worlds so that it begins in -180..180. */
export function lineAt(coordinates: readonly (readonly number[])[]): Place[] {
  const places = coordinates.map(fromMercator);
  const shift = wrapLongitude(places[0]!.longitude) - places[0]!.longitude;
  return places.map(({ longitude, latitude }) => ({ longitude: longitude + shift, latitude }));
}
