import type { Coordinate } from 'ol/coordinate.js';
import TopoJSON from 'ol/format/TopoJSON.js';
import { MultiLineString, type MultiPolygon, type Polygon } from 'ol/geom.js';
import topology from 'world-atlas/land-110m.json';

/**
 * Coastlines of the world in longitude and latitude.
 *
 * The atlas closes its rings across the antimeridian: a step of more than half the world is cut there.
 */
export function readCoastline(): MultiLineString {
  const features = new TopoJSON().readFeatures(topology);
  const rings = features.flatMap((feature) => {
    const geometry = feature.getGeometry() as Polygon | MultiPolygon;
    return geometry.getType() === 'MultiPolygon'
      ? (geometry as MultiPolygon).getCoordinates().flat()
      : (geometry as Polygon).getCoordinates();
  });
  return new MultiLineString(rings.flatMap(cutAtAntimeridian));
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
