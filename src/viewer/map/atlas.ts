import type { Coordinate } from 'ol/coordinate.js';
import type Feature from 'ol/Feature.js';
import TopoJSON from 'ol/format/TopoJSON.js';
import { MultiLineString, type MultiPolygon, type Polygon } from 'ol/geom.js';
import { worldMetres } from './tile-range.js';

/**
 * The outlines of land and of countries in an atlas, in metres of Web Mercator.
 *
 * The atlas closes its rings across the antimeridian: a step of more than half the world is cut there.
 */
export function readAtlas(topology: unknown): Readonly<Record<'land' | 'countries', MultiLineString>> {
  // Once for all: reading decodes the arcs where they are.
  const features = new TopoJSON({ layerName: 'kind' }).readFeatures(topology);
  const linesOf = (kind: string) =>
    new MultiLineString(outlines(features.filter((one) => one.get('kind') === kind)));
  return { land: linesOf('land'), countries: linesOf('countries') };
}

function outlines(features: readonly Feature[]): Coordinate[][] {
  const rings = features.flatMap((feature) => {
    const geometry = feature.getGeometry() as Polygon | MultiPolygon;
    return geometry.getType() === 'MultiPolygon'
      ? (geometry as MultiPolygon).getCoordinates().flat()
      : (geometry as Polygon).getCoordinates();
  });
  return rings.flatMap(cutAtAntimeridian).map((line) => line.map(toMercator));
}

/** Poles lie at infinity; they are drawn at the edge of the square that map tiles have. */
function toMercator([longitude, latitude]: Coordinate): Coordinate {
  const half = worldMetres / 2;
  const sine = Math.sin((latitude! * Math.PI) / 180);
  const y = (half / Math.PI) * Math.atanh(Math.max(-0.99627, Math.min(0.99627, sine)));
  return [(longitude! * half) / 180, y];
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
