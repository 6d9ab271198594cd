import { InvalidArgumentError } from '../errors/index.js';
import { EARTH_RADIUS_METRES, type Grid } from '../grid/index.js';
import { planCells } from './aggregation/aggregate.js';
import { circleOutline } from './aggregation/circle-outline.js';
import type { EdrPlan } from './answer-plan.js';
import { boundsOfAll, type Patch, patchesOf } from './buffer.js';
import { buffersWindow } from './buffer-window.js';
import { cellLattice } from './cell-lattice.js';
import type { CellMask, WindowCentres } from './cell-mask.js';
import { parseDistance } from './distance-text.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import { Arc } from './great-circle.js';
import type { GridWindow } from './grid-window.js';
import { type Ground, groundOf, windowAround } from './ground.js';
import type { LatticeMasks } from './lattice.js';
import { levelsNamed } from './level-filter.js';
import { visitNear } from './near-cells.js';
import { parseQueryCrs } from './query-crs.js';
import { parseResolution, thinLevels } from './resolution.js';
import { needsSamples, sampleGrid } from './sample-grid.js';
import { sampleLattice } from './sample-lattice.js';
import { parseWkt } from './wkt.js';

/**
 * Cells whose centre lies at most `within` (in `within-units`) from a POINT, or from any point of a MULTIPOINT: a
 * Grid over the circles' bounding box, null outside. Distances are along great circles of a sphere of the Earth's
 * mean radius, whatever the layer's coordinates. A Z in the coordinates chooses levels unless `z` does.
 *
 * Throws: InvalidArgumentError for whatever of the request is wrong; UnsupportedError for a layer whose place on the
 *         Earth is not known.
 */
export function planRadius(layer: QueryableLayer, request: EdrRequest): EdrPlan {
  const { grid, parameters } = layer.manifest;
  if (request.coords === undefined)
    throw new InvalidArgumentError('coords is required', { parameter: 'coords' });
  const geometry = parseWkt(request.coords, ['POINT', 'MULTIPOINT']);
  if (geometry.kind !== 'POINT' && geometry.kind !== 'MULTIPOINT') return { kind: 'no-data' };
  const metres = parseDistance({
    name: 'within',
    text: request.within,
    unitName: 'within-units',
    unit: request.withinUnits,
  });
  const crs = parseQueryCrs(request.crs, grid);
  const ground = groundOf(grid, crs);
  const angle = metres / EARTH_RADIUS_METRES;
  const centres = geometry.positions.map((position) => ground.placeOf(position));
  const circles = centres.map((centre) => patchesOf({ arc: new Arc(centre, centre), angle }));
  const patches = circles.flat();
  const resolution = parseResolution(request);
  const asked = chooseAxes(grid, {
    ...request,
    ...(request.z === undefined && levelsNamed(geometry.positions)),
  });
  const choices = thinLevels(asked, request);
  const groups = groupParameters(parameters, request.parameterNames);
  return planCells(layer, request, {
    window: () => circlesWindow(grid, patches, ground),
    zones: () =>
      centres.map((centre, at) => ({
        window: circlesWindow(grid, circles[at]!, ground),
        outline: circleOutline({ centre, angle }, { crs, ground }),
        crs: crs.crs,
      })),
    groups,
    choices,
    crs,
    cells() {
      if (needsSamples(crs, resolution)) {
        const bounds = buffersWindow(patches, crs.crs);
        const samples = bounds && sampleGrid(grid, bounds, { crs, resolution });
        const masks = samples && circlesMask(patches, groundOf(samples, crs));
        return masks && sampleLattice(layer, { grid: samples, crs, masks });
      }
      const window = circlesWindow(grid, patches, ground);
      return window && cellLattice(layer, window, crs);
    },
  });
}

function circlesWindow(grid: Grid, patches: readonly Patch[], ground: Ground): GridWindow | undefined {
  const window = windowAround(grid, boundsOfAll(patches.map(({ bounds }) => bounds)), ground);
  return window && { ...window, ...circlesMask(patches, ground) };
}

function circlesMask(patches: readonly Patch[], ground: Ground): LatticeMasks {
  return { mask: (centres, signal) => maskNear(centres, patches, { ground, signal }) };
}

async function maskNear(
  centres: WindowCentres,
  patches: readonly Patch[],
  { ground: { toLonLat }, signal }: { readonly ground: Ground; readonly signal: AbortSignal | undefined },
): Promise<CellMask | undefined> {
  const mask = new Uint8Array(centres.xs.length * centres.ys.length);
  await visitNear(centres, patches, {
    ...(toLonLat && { toLonLat }),
    signal,
    done: mask,
    visit: (cell) => {
      mask[cell] = 1;
    },
  });
  return mask.includes(1) ? mask : undefined;
}
