import { type Axis, type AxisSelection, axisLength, type IndexSpan, levelGrid } from '../grid/index.js';
import { cellsPerPixel, levelOfZoom } from './level-choice.js';
import type { MapLayer } from './map-tile.js';
import type { PixelFrame } from './pixel-frame.js';
import { findTileWindow } from './tile-window.js';

/** A run of native cells on each axis. */
export interface NativeReach {
  readonly x: IndexSpan;
  readonly y: IndexSpan;
}

/**
 * All native cells that may touch a frame, and some more. The frame is wider than a tile by a pixel at least, so that cells
 * whose centres no pixel sees at its zoom are between those that are seen. Undefined where that cannot be told.
 */
export function nativeReach({ manifest }: MapLayer, frame: PixelFrame): NativeReach | undefined {
  const { grid } = manifest;
  const level = levelOfZoom(manifest, frame.world);
  const window = findTileWindow(levelGrid(grid, level), frame);
  const passedOver = cellsPerPixel(grid, frame.world);
  if (window === undefined || passedOver === undefined) return undefined;
  return {
    x: reachOf(grid.x, window.x, { level, passedOver: passedOver.x }),
    y: reachOf(grid.y, window.y, { level, passedOver: passedOver.y }),
  };
}

/**
 * From the first to the last cell that pixels see, and as many beyond as pixels may pass over at the grid's edges, twice,
 * since a projection's pixels are not all of one size.
 */
function reachOf(
  axis: Axis,
  selection: AxisSelection,
  { level, passedOver }: { readonly level: number; readonly passedOver: number },
): IndexSpan {
  const length = axisLength(axis);
  // Uneven steps may hide any number of cells between two pixels.
  if (axis.coordinates.kind !== 'regular') return { start: 0, end: length };
  const cells = 2 ** level;
  const more = 2 * Math.ceil(passedOver) + cells;
  const start = Math.min(...selection.map((span) => span.start)) * cells - more;
  const end = Math.max(...selection.map((span) => span.end)) * cells + more;
  return { start: Math.max(0, start), end: Math.min(length, end) };
}
