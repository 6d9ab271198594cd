import { InvalidArgumentError } from '../errors/index.js';
import { CRS84, type Crs, projectAxes, projectPoints } from '../grid/index.js';
import { boundsOfAll, type Patch } from './buffer.js';
import { type Arc, lonLatOf, pointFrom } from './great-circle.js';
import type { LonLatBounds } from './projected-window.js';

const RADIANS = Math.PI / 180;
/** Points of a circle's outline; of the polygon around it, so that none of the circle is left out. */
const CORNERS = 32;
const OUTER = 1 / Math.cos(Math.PI / CORNERS);
/** Between places this near a great circle is straight in any coordinates, to metres. */
const STRAIGHT = 0.1 * RADIANS;

/**
 * The bounding box of buffers in a system's own coordinates: exact where these map to degrees axis by axis, else at most
 * half a percent of the distance wider. Undefined when the system reaches none of it.
 * Throws: InvalidArgumentError when the system does not reach a pole that is inside.
 */
export function buffersWindow(patches: readonly Patch[], crs: Crs): LonLatBounds | undefined {
  const degrees = boundsOfAll(patches.map(({ bounds }) => bounds));
  const axes = projectAxes(CRS84, crs);
  if (axes === undefined) return outlineWindow(patches, crs);
  const [south, north] = [axes.y(degrees.south), axes.y(degrees.north)];
  if (Number.isFinite(south) && Number.isFinite(north)) {
    return { west: axes.x(degrees.west), south, east: axes.x(degrees.east), north };
  }
  throw new InvalidArgumentError('coords comes near a pole, which crs does not reach', {
    parameter: 'crs',
    found: crs.id,
  });
}

function outlineWindow(patches: readonly Patch[], crs: Crs): LonLatBounds | undefined {
  const project = projectPoints(CRS84, crs);
  const window = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const { arc, angle } of new Set(patches.map(({ buffer }) => buffer))) {
    for (const place of placesAlong(arc)) {
      for (let corner = 0; corner < CORNERS; corner++) {
        const direction = (2 * Math.PI * corner) / CORNERS;
        const [x, y] = project(...lonLatOf(pointFrom(place, { direction, angle: angle * OUTER })));
        if (Number.isNaN(x)) continue;
        window.west = Math.min(window.west, x);
        window.east = Math.max(window.east, x);
        window.south = Math.min(window.south, y);
        window.north = Math.max(window.north, y);
      }
    }
  }
  return window.west <= window.east ? window : undefined;
}

function placesAlong(arc: Arc): ReturnType<Arc['pointAt']>[] {
  const count = Math.ceil(arc.length / STRAIGHT);
  return Array.from({ length: count + 1 }, (_, i) => arc.pointAt(count === 0 ? 0 : i / count));
}
