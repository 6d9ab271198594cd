import type OlMap from 'ol/Map.js';
import { type Bbox, type MapView, wrapLongitude } from '../state/place.js';
import { fromMercator, maxLatitude, toMercator } from './lon-lat.js';
import { type Window, worldMetres } from './tile-range.js';

/** From this many degrees on a layer is one of the world, which fills the window instead of fitting into it. */
const worldDegrees = 350;

/** What a window shows of the world. */
export function windowBbox({ center, resolution, size }: Window): Bbox {
  const [halfWidth, halfHeight] = [(size[0] / 2) * resolution, (size[1] / 2) * resolution];
  const low = fromMercator([center[0] - halfWidth, center[1] - halfHeight]);
  const high = fromMercator([center[0] + halfWidth, center[1] + halfHeight]);
  // A window that reaches the end of the square shows all there is.
  const south = low.latitude <= -maxLatitude ? -90 : low.latitude;
  const north = high.latitude >= maxLatitude ? 90 : high.latitude;
  if (high.longitude - low.longitude >= 360) return [-180, south, 180, north];
  return [wrapLongitude(low.longitude), south, wrapLongitude(high.longitude), north];
}

/** Moves a map to a view, or to the whole of a layer. */
export function lookAt(map: OlMap, at: MapView | Bbox): void {
  const view = map.getView();
  if ('zoom' in at) {
    view.setCenter(toMercator(at));
    view.setZoom(at.zoom);
    return;
  }
  const [west, south, east, north] = at;
  const far = east < west ? east + 360 : east;
  if (far - west >= worldDegrees) {
    const [width, height] = map.getSize() ?? [800, 600];
    view.setCenter(toMercator({ longitude: (west + far) / 2, latitude: 20 }));
    view.setResolution(Math.min(worldMetres / width!, (0.8 * worldMetres) / height!));
  } else {
    const [x0, y0] = toMercator({ longitude: west, latitude: south });
    const [x1, y1] = toMercator({ longitude: far, latitude: north });
    view.fit([x0, y0, x1, y1], { padding: [32, 32, 32, 32] });
  }
}
