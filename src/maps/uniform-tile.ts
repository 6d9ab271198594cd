import { axisLength, type Grid, type IndexSpan } from '../grid/index.js';
import type { QueryPlan } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import { frameBox } from './frame-box.js';
import { holds, placeOnEarth } from './grid-place.js';
import { type MapLayer, type MapTilePlan, sliceOf } from './map-tile.js';
import { nativeReach } from './native-reach.js';
import { pixelFrame } from './pixel-frame.js';
import type { TileRequest } from './tile-request.js';

/**
 * Whether a planned tile and all that it is divided into on deeper zooms show one and the same value everywhere, as the manifest
 * alone tells: the parameter has no missing cell at all, the tile lies in the grid, and all segments that hold its cells,
 * of every level that deeper zooms may show, have one value. Grids in degrees only, whose edges are known exactly;
 * bilinear pixels between equal values may differ in their last digit, so that these are left out.
 */
export function isUniform(layer: MapLayer, request: TileRequest, plan: MapTilePlan): boolean {
  const { source, drawing, resampling, parameter } = plan;
  const isOfCells = drawing.kind !== 'picture' || drawing.style.drawing === 'colours';
  if (source === undefined || !isOfCells || resampling !== 'nearest') return false;
  // Told first of most tiles, and at the least cost.
  const value = soleValue(source.plan);
  if (value === undefined || !isInside(layer.manifest.grid, plan) || !isComplete(layer, parameter))
    return false;
  const reach = nativeReach(layer, pixelFrame(request.tile, { ...request, margin: 1 }));
  if (reach === undefined) return false;
  const { query } = sliceOf(layer, request);
  const levels = Array.from({ length: source.plan.level + 1 }, (_, level) => level);
  return levels.every((level) => {
    const [x, y] = [[coarser(reach.x, level)], [coarser(reach.y, level)]];
    return soleValue(layer.plan({ ...query, level, x, y })) === value;
  });
}

function isInside(grid: Grid, { frame }: MapTilePlan): boolean {
  if (grid.crs.kind !== 'geographic') return false;
  const place = placeOnEarth(grid);
  return place !== undefined && holds(place, frameBox(frame));
}

/** Whether every native cell of a parameter has a value: then its levels have, too. */
function isComplete({ manifest: { grid, statistics } }: MapLayer, { id, axes }: Parameter): boolean {
  if (!Object.hasOwn(statistics, id)) return false;
  const lengthOf = (name: string) => {
    const axis = grid.custom.find((one) => one.name === name) ?? (name === 't' ? grid.t : grid.z);
    return axis === undefined ? 1 : axisLength(axis);
  };
  const ofOneField = axisLength(grid.x) * axisLength(grid.y);
  const cells = axes.reduce((product, name) => product * lengthOf(name), ofOneField);
  return statistics[id]!.valid === cells;
}

/** The value of all cells of the segments that a plan meets; undefined when there are several, or none. */
function soleValue({ runs }: QueryPlan): number | undefined {
  let sole: number | undefined;
  for (const { run, spans } of runs) {
    for (const { from, to } of spans) {
      for (let at = from; at < to; at++) {
        const { summary } = run.segments[at]!;
        if (summary === undefined || summary.min !== summary.max) return undefined;
        if (sole !== undefined && sole !== summary.min) return undefined;
        sole = summary.min;
      }
    }
  }
  return sole;
}

function coarser({ start, end }: IndexSpan, level: number): IndexSpan {
  return { start: Math.floor(start / 2 ** level), end: Math.ceil(end / 2 ** level) };
}
