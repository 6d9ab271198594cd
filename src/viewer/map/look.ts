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

/** What a map shows, once it has been laid out. */
export function windowOf(map: OlMap): Window | undefined {
  const view = map.getView();
  const [center, resolution, size] = [view.getCenter(), view.getResolution(), map.getSize()];
  if (!center || resolution === undefined || !size) return undefined;
  return { center: center as [number, number], resolution, size: size as [number, number] };
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

/** The centre nearest to a window's from which a point lies between the panels. */
export function centreShowing(
  [x, y]: readonly [number, number],
  { center, resolution, size }: Window,
  { top, right, bottom, left }: Insets,
): [number, number] {
  // Of the worlds side by side, the one that is looked at.
  const east = x - center[0] - Math.round((x - center[0]) / worldMetres) * worldMetres;
  const [across, down] = [size[0] / 2 + east / resolution, size[1] / 2 - (y - center[1]) / resolution];
  const acrossBy = across - between(across, left, size[0] - right);
  const downBy = down - between(down, top, size[1] - bottom);
  return [center[0] + acrossBy * resolution, center[1] - downBy * resolution];
}

/** The pixel nearest to another away from both ends; their middle where there is no room. */
function between(pixel: number, low: number, high: number): number {
  const margin = Math.min(marginPixels, Math.max(0, high - low) / 2);
  return Math.min(high - margin, Math.max(low + margin, pixel));
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
