import type OlMap from 'ol/Map.js';
import { type Bbox, type MapView, wrapLongitude } from '../state/place.js';
import { fromMercator, maxLatitude, toMercator } from './lon-lat.js';
import { type Window, worldMetres } from './tile-range.js';

/** From this many degrees on a layer is one of the world, which fills the window instead of fitting into it. */
const worldDegrees = 350;

/** Pixels at the edges of the map that panels lie on. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** How far a layer stays away from the panels. */
const marginPixels = 20;

/** The insets of a map around the element that panels leave free. */
export function insetsAround(clear: HTMLElement, map: HTMLElement): Insets {
  const inner = clear.getBoundingClientRect();
  const outer = map.getBoundingClientRect();
  return {
    top: inner.top - outer.top,
    right: outer.right - inner.right,
    bottom: outer.bottom - inner.bottom,
    left: inner.left - outer.left,
  };
}

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

/** Moves a map to a view, or to the whole of a layer between the panels. */
export function lookAt(map: OlMap, at: MapView | Bbox, { top, right, bottom, left }: Insets): void {
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
    const resolution = Math.min(worldMetres / width!, (0.8 * worldMetres) / height!);
    const [x, y0] = toMercator({ longitude: (west + far) / 2, latitude: south });
    const [, y1] = toMercator({ longitude: 0, latitude: north });
    const [, usual] = toMercator({ longitude: 0, latitude: 20 });
    // A cap around a pole does not reach the latitudes where people live.
    const y = usual > y0 && usual < y1 ? usual : (y0 + y1) / 2;
    view.setCenter([x - ((left - right) / 2) * resolution, y]);
    view.setResolution(resolution);
  } else {
    const [x0, y0] = toMercator({ longitude: west, latitude: south });
    const [x1, y1] = toMercator({ longitude: far, latitude: north });
    view.fit([x0, y0, x1, y1], {
      padding: [top, right, bottom, left].map((pixels) => pixels + marginPixels),
    });
  }
}
