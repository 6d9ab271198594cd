import {
  type AxisSelection,
  EARTH_RADIUS_METRES,
  type Grid,
  type IndexSpan,
  selectInterval,
  selectNearest,
  wholeAxis,
} from '../grid/index.js';
import { planCells } from './aggregation/aggregate.js';
import { windowOutline } from './aggregation/aggregated-domain.js';
import type { EdrPlan } from './answer-plan.js';
import { boundsOfAll, type Patch, patchesOf } from './buffer.js';
import { buffersWindow } from './buffer-window.js';
import { cellLattice } from './cell-lattice.js';
import { CorridorMask } from './corridor-mask.js';
import { type PathArc, pathArcs } from './corridor-path.js';
import { type CrossedCell, crossedCells } from './crossed-cells.js';
import { parseDistance } from './distance-text.js';
import {
  type AxisChoices,
  chooseAxes,
  type EdrRequest,
  groupParameters,
  type QueryableLayer,
} from './edr-request.js';
import { type Ground, groundOf, windowAround } from './ground.js';
import { parseHeight } from './height-text.js';
import { mergeSelections } from './index-list.js';
import type { Lattice, LatticeMasks } from './lattice.js';
import { selectLevelsAround } from './level-filter.js';
import { type Path, parsePath } from './path.js';
import { parseQueryCrs, type QueryCrs } from './query-crs.js';
import { parseResolution, type Resolution, thinLevels } from './resolution.js';
import { needsSamples, sampleGrid } from './sample-grid.js';
import { sampleLattice } from './sample-lattice.js';

interface Window {
  readonly x: AxisSelection;
  readonly y: AxisSelection;
}

/**
 * Cells around a LINESTRING or MULTILINESTRING: a Grid over the bounding box, null outside. `corridor-width` and
 * `corridor-height` are the whole width and height, half of it on either side of the line.
 *
 * - Vertices are joined by great circles of a sphere of the Earth's mean radius, the short way. A cell is inside when
 *   its centre is at most half the width from the line, or the line crosses it: a narrow corridor is never empty.
 * - With Z a cell is inside at the levels within half the height of the line where it is nearest to the cell, and
 *   always at the level nearest to that. Z changes evenly between vertices. Without Z the height widens what `z`
 *   chooses. Without a height, or without both Z and `z`, all levels (that `z` chooses) are inside.
 * - With M (seconds since 1970) a cell is inside at the time step nearest to the moment when the line is nearest to
 *   it; the answer has the steps from the first to the last moment, and is null elsewhere. Speed is even between
 *   vertices.
 * - A line that is near a cell more than once is so each time: each stretch between two vertices counts on its own.
 *   One that stays in one place inside the layer is near at all its levels and times.
 *
 * Throws: InvalidArgumentError for whatever of the request is wrong, Z with `z` and M with `datetime` included;
 *         UnsupportedError for a layer whose place on the Earth is not known.
 */
export function planCorridor(layer: QueryableLayer, request: EdrRequest): EdrPlan {
  const { grid, parameters } = layer.manifest;
  const path = parsePath(request);
  const angle = parseWidth(request) / 2 / EARTH_RADIUS_METRES;
  const height = parseHeightOf(request, grid);
  const crs = parseQueryCrs(request.crs, grid);
  const ground = groundOf(grid, crs);
  const arcs = pathArcs(path, grid, ground);
  const resolution = parseResolution(request);
  const asked = chooseAxes(grid, request);
  const groups = groupParameters(parameters, request.parameterNames);
  const halfHeight = height === undefined ? undefined : height / 2;
  const levels = corridorChoices(grid, asked, { path, arcs, halfHeight, z: request.z });
  const choices = thinLevels(levels, request);
  // Refuses paths that are too long for all that follows.
  const crossed = crossedCells(arcs, grid, ground);
  const about = { patches: arcs.flatMap((arc) => patchesOf({ arc, angle })), path, halfHeight };
  const cells = (): (Window & LatticeMasks) | undefined => {
    const window = corridorWindow(grid, { patches: about.patches, crossed, ground });
    return window && { ...window, ...corridorMasks(grid, window, { ...about, crossed, ground }) };
  };
  return planCells(layer, request, {
    window: cells,
    zones() {
      const window = cells();
      return window ? [{ window, outline: windowOutline(grid, window), crs: grid.crs }] : [];
    },
    groups,
    choices,
    crs,
    cells() {
      if (needsSamples(crs, resolution)) return corridorSamples(layer, { ...about, arcs, crs, resolution });
      const window = cells();
      return window && cellLattice(layer, window, crs);
    },
  });
}

/** Between samples the line crosses their cells, as it does the layer's. */
function corridorSamples(
  layer: QueryableLayer,
  about: {
    readonly patches: readonly Patch<PathArc>[];
    readonly arcs: readonly PathArc[];
    readonly path: Path;
    readonly halfHeight: number | undefined;
    readonly crs: QueryCrs;
    readonly resolution: Resolution;
  },
): Lattice | undefined {
  const { patches, arcs, crs, resolution } = about;
  const bounds = buffersWindow(patches, crs.crs);
  const samples = bounds && sampleGrid(layer.manifest.grid, bounds, { crs, resolution });
  if (samples === undefined) return undefined;
  const whole = { x: wholeAxis(samples.x), y: wholeAxis(samples.y) };
  const ground = groundOf(samples, crs);
  const crossed = crossedCells(arcs, samples, ground);
  const masks = corridorMasks(samples, whole, { ...about, crossed, ground });
  return sampleLattice(layer, { grid: samples, crs, masks });
}

/** Which cells of a window the corridor has. */
function corridorMasks(
  grid: Grid,
  window: Window,
  about: {
    readonly patches: readonly Patch<PathArc>[];
    readonly crossed: readonly CrossedCell[];
    readonly path: Path;
    readonly halfHeight: number | undefined;
    readonly ground: Ground;
  },
): LatticeMasks {
  const { patches, crossed, path, halfHeight, ground } = about;
  const mask = new CorridorMask(grid, {
    ...window,
    patches,
    crossed,
    ...(ground.toLonLat && { toLonLat: ground.toLonLat }),
    ...(path.hasZ && halfHeight !== undefined && { halfHeight }),
    hasMoments: path.hasM && grid.t !== undefined,
  });
  return mask.forWindow();
}

function parseWidth({ corridorWidth, widthUnits }: EdrRequest): number {
  return parseDistance({
    name: 'corridor-width',
    text: corridorWidth,
    unitName: 'width-units',
    unit: widthUnits,
  });
}

function parseHeightOf({ corridorHeight, heightUnits }: EdrRequest, grid: Grid): number | undefined {
  return parseHeight(
    { name: 'corridor-height', text: corridorHeight, unitName: 'height-units', unit: heightUnits },
    grid,
  );
}

/** The bounding box of the corridor and of the cells it crosses. */
function corridorWindow(
  grid: Grid,
  {
    patches,
    crossed,
    ground,
  }: {
    readonly patches: readonly Patch[];
    readonly crossed: readonly CrossedCell[];
    readonly ground: Ground;
  },
): Window | undefined {
  const boxes = patches.map(({ bounds }) => bounds);
  if (!ground.lonLat.isProjecting) {
    const cells = crossed.map(({ centre: [x, y] }) => ({ west: x, east: x, south: y, north: y }));
    return windowAround(grid, boundsOfAll([...boxes, ...cells]), ground);
  }
  const around = windowAround(grid, boundsOfAll(boxes), ground);
  const x = hullOf(
    around?.x,
    crossed.map(({ cell }) => cell.col),
  );
  const y = hullOf(
    around?.y,
    crossed.map(({ cell }) => cell.row),
  );
  return x && y && { x, y };
}

/** One span from the first index to the last. */
function hullOf(selection: AxisSelection | undefined, indexes: Iterable<number>): AxisSelection | undefined {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const span of [
    ...(selection ?? []),
    ...[...indexes].map((index) => ({ start: index, end: index + 1 })),
  ]) {
    start = Math.min(start, span.start);
    end = Math.max(end, span.end);
  }
  return start < end ? [{ start, end }] : undefined;
}

function corridorChoices(
  grid: Grid,
  asked: AxisChoices,
  about: {
    readonly path: Path;
    readonly arcs: readonly PathArc[];
    readonly halfHeight: number | undefined;
    readonly z: string | undefined;
  },
): AxisChoices {
  const { path, arcs, halfHeight, z } = about;
  const ends = (at: (arc: PathArc, part: number) => number | undefined) =>
    arcs.flatMap((arc) => [at(arc, 0), at(arc, 1)]).filter((value) => value !== undefined);
  const times =
    grid.t && path.hasM
      ? spanned(
          grid.t,
          ends((arc, part) => arc.instantAt(part)),
          0,
        )
      : undefined;
  return { ...asked, ...(times && { t: times }), ...levelsWithin() };

  function levelsWithin(): { z?: readonly IndexSpan[] } {
    if (grid.z === undefined || halfHeight === undefined) return {};
    if (path.hasZ)
      return {
        z: spanned(
          grid.z,
          ends((arc, part) => arc.zAt(part)),
          halfHeight,
        ),
      };
    return z === undefined ? {} : { z: selectLevelsAround(grid.z, z, halfHeight) };
  }
}

/** Cells of an axis from the lowest value to the highest and `margin` beyond, those nearest to these included. */
function spanned(
  axis: NonNullable<Grid['t'] | Grid['z']>,
  values: readonly number[],
  margin: number,
): readonly IndexSpan[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return mergeSelections([
    selectInterval(axis, low - margin, high + margin),
    selectNearest(axis, low),
    selectNearest(axis, high),
  ]);
}
