import type { DomainPolygon } from '../../formats/index.js';
import { boundsAround } from '../buffer.js';
import { Arc, lonLatOf, type UnitVector, unitVector } from '../great-circle.js';
import type { Ground } from '../ground.js';
import type { QueryCrs } from '../query-crs.js';
import { boxOutline } from './zone.js';

const SIDES = 72;
const TURN = 360;

/** Places within an angle, in radians, of a centre. */
interface Circle {
  readonly centre: UnitVector;
  readonly angle: number;
}

/**
 * A circle on the sphere as a ring of 72 sides, its longitudes continuous, in the coordinates of the query. One that
 * holds a pole is the box of its latitudes around the world, since a ring around a pole has no inside.
 */
export function circleOutline(
  circle: Circle,
  { crs, ground }: { readonly crs: QueryCrs; readonly ground: Ground },
): DomainPolygon {
  const bounds = boundsAround(new Arc(circle.centre, circle.centre), circle.angle);
  const isAroundPole = bounds.south === -90 || bounds.north === 90;
  const rings = isAroundPole ? boxOutline(bounds) : [ringOf(circle)];
  if (crs.isGeographic) return rings;
  return rings.map((ring) => ring.map(([longitude, latitude]) => ground.lonLat.toLayer(longitude, latitude)));
}

function ringOf({ centre, angle }: Circle): [number, number][] {
  const [longitude, latitude] = lonLatOf(centre);
  // Two directions at right angles to the centre and to each other: east, and north.
  const east = unitVector(longitude + 90, 0);
  const north = unitVector(latitude > 0 ? longitude + 180 : longitude, 90 - Math.abs(latitude));
  const ring = Array.from({ length: SIDES }, (_, side): [number, number] => {
    const direction = (2 * Math.PI * side) / SIDES;
    const [across, up, out] = [
      Math.sin(angle) * Math.cos(direction),
      Math.sin(angle) * Math.sin(direction),
      Math.cos(angle),
    ];
    const place = [0, 1, 2].map((d) => centre[d]! * out + east[d]! * across + north[d]! * up);
    const [lon, lat] = lonLatOf(place as unknown as UnitVector);
    return [lon + TURN * Math.round((longitude - lon) / TURN), lat];
  });
  return [...ring, ring[0]!];
}
