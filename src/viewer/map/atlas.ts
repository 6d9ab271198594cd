import type { Coordinate } from 'ol/coordinate.js';
import type Feature from 'ol/Feature.js';
import TopoJSON from 'ol/format/TopoJSON.js';
import { MultiLineString, MultiPolygon, type Polygon } from 'ol/geom.js';
import { toMercator } from './lon-lat.js';

/** What an atlas draws, in metres of Web Mercator. */
export interface Atlas {
  readonly ground: MultiPolygon;
  readonly coasts: MultiLineString;
  readonly borders: MultiLineString;
}

/**
 * The land and the countries of an atlas.
 *
 * The atlas closes its rings across the antimeridian by a step of more than half the world.
 */
export function readAtlas(topology: unknown): Atlas {
  // Once for all: reading decodes the arcs where they are.
  const features = new TopoJSON({ layerName: 'kind' }).readFeatures(topology);
  const polygonsOf = (kind: string) => features.filter((one) => one.get('kind') === kind).flatMap(polygons);
  const land = polygonsOf('land');
  return {
    ground: new MultiPolygon(land.map((rings) => rings.map((ring) => unwrapped(ring).map(project)))),
    coasts: linesOf(land),
    borders: linesOf(polygonsOf('countries')),
  };
}

function polygons(feature: Feature): Coordinate[][][] {
  const geometry = feature.getGeometry() as Polygon | MultiPolygon;
  return geometry.getType() === 'MultiPolygon'
    ? (geometry as MultiPolygon).getCoordinates()
    : [(geometry as Polygon).getCoordinates()];
}

function linesOf(areas: readonly Coordinate[][][]): MultiLineString {
  return new MultiLineString(
    areas
      .flat()
      .flatMap(cutAtAntimeridian)
      .map((line) => line.map(project)),
  );
}

function project([longitude, latitude]: Coordinate): Coordinate {
  return toMercator({ longitude: longitude!, latitude: latitude! });
}

/** A ring whose longitudes run on over 180 degrees; one around a pole is closed along the pole. */
function unwrapped(ring: readonly Coordinate[]): Coordinate[] {
  let shift = 0;
  const points = ring.map((point, i): Coordinate => {
    const step = i === 0 ? 0 : point[0]! - ring[i - 1]![0]!;
    if (Math.abs(step) > 180) shift -= 360 * Math.sign(step);
    return [point[0]! + shift, point[1]!];
  });
  const [first, last] = [points[0]!, points.at(-1)!];
  if (Math.abs(last[0]! - first[0]!) < 180) return points;
  const pole = 90 * Math.sign(first[1]!);
  return [...points, [last[0]!, pole], [first[0]!, pole], first];
}

function cutAtAntimeridian(ring: readonly Coordinate[]): Coordinate[][] {
  const lines: Coordinate[][] = [[]];
  ring.forEach((point, i) => {
    const previous = ring[i - 1];
    if (previous && Math.abs(point[0]! - previous[0]!) > 180) {
      const latitude = latitudeAtCut(previous, point);
      lines.at(-1)!.push([Math.sign(previous[0]!) * 180, latitude]);
      lines.push([[Math.sign(point[0]!) * 180, latitude]]);
    }
    lines.at(-1)!.push(point);
  });
  return lines;
}

function latitudeAtCut(from: Coordinate, to: Coordinate): number {
  const before = 180 - Math.abs(from[0]!);
  const after = 180 - Math.abs(to[0]!);
  const share = before + after === 0 ? 0 : before / (before + after);
  return from[1]! + share * (to[1]! - from[1]!);
}
