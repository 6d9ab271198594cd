import { InvalidArgumentError } from '../../errors/index.js';
import { byName, type Grid, wholeAxis } from '../../grid/index.js';
import type { LayerQuery } from '../../layer/index.js';
import type { Parameter } from '../../raster/index.js';
import { checkCoverageCount, type PlannedWork } from '../answer-plan.js';
import { areaWindow, readPolygons } from '../area.js';
import { boxWindow, parseBbox } from '../box.js';
import { choicesOf, combineCustom, countCombinations, countOf } from '../coverage-parts.js';
import { chooseAxes, type EdrRequest, type QueryableLayer, type ReadContext } from '../edr-request.js';
import type { GridWindow } from '../grid-window.js';
import { newestSlice } from '../newest-slice.js';
import { shorten } from '../number-text.js';
import { parseQueryCrs, type QueryCrs } from '../query-crs.js';
import { computeStatistics, isWeighted, type Statistics, statisticsWork } from './compute-statistics.js';
import { parseStatistics, type StatisticsText } from './statistics-text.js';

/** Which cells of which parameter: of a box, of polygons or of the whole layer. */
export interface StatisticsRequest
  extends StatisticsText,
    Pick<EdrRequest, 'bbox' | 'coords' | 'crs' | 'datetime' | 'z' | 'custom'> {
  /** The first when absent. */
  readonly parameter?: string;
}

/** Statistics that are understood but not read. */
export type StatisticsPlan =
  | { readonly kind: 'no-data' }
  | {
      readonly kind: 'answer';
      readonly parameter: Parameter;
      /** Mean and std are weighted by the area of cells. */
      readonly isWeighted: boolean;
      /** Tiles count as often as they are read. */
      work(): PlannedWork;
      /** Undefined when no cell is inside the polygons. */
      read(context: ReadContext): Promise<Statistics | undefined>;
    };

/**
 * What statistics are asked of which cells: at the newest instant, the first level and the first of each custom axis
 * where the request does not say. Without `bbox` and `coords` all cells count; else those whose centre is inside.
 *
 * Throws: InvalidArgumentError for whatever of the request is wrong.
 */
export function planStatistics(layer: QueryableLayer, request: StatisticsRequest): StatisticsPlan {
  const { grid, parameters } = layer.manifest;
  const parameter = findParameter(parameters, request.parameter);
  const asked = parseStatistics(request);
  const crs = parseQueryCrs(request.crs, grid);
  const { window, levels } = chooseWindow(grid, request, crs);
  const newest = newestSlice(grid);
  const custom = byName([...Object.entries(newest.custom ?? {}), ...Object.entries(request.custom ?? {})]);
  const chosen = chooseAxes(grid, { ...newest, ...levels, ...definedOf(request), custom });
  const choices = choicesOf({ axes: parameter.axes, parameters: [parameter] }, chosen);
  if (window === undefined || choices === undefined) return { kind: 'no-data' };
  checkCoverageCount(countCombinations(choices));
  const { t, z } = choices;
  const { x, y } = window;
  const queries = combineCustom(choices).map(
    (combination): LayerQuery => ({
      parameter: parameter.id,
      x,
      y,
      ...(t && { t }),
      ...(z && { z }),
      custom: combination.custom,
    }),
  );
  const planes = queries.length * countOf(t) * countOf(z);
  const cells = { layer, crs, queries, window, planes };
  return {
    kind: 'answer',
    parameter,
    isWeighted: isWeighted(layer),
    work: () => statisticsWork(cells, asked),
    read: (context) => computeStatistics(cells, asked, context),
  };
}

function findParameter(parameters: readonly Parameter[], id: string | undefined): Parameter {
  const found = id === undefined ? parameters[0] : parameters.find((parameter) => parameter.id === id);
  if (found !== undefined) return found;
  throw new InvalidArgumentError('no such parameter', {
    parameter: 'parameter',
    found: shorten(id ?? ''),
    allowed: parameters.map((parameter) => parameter.id).join(', '),
  });
}

function chooseWindow(
  grid: Grid,
  { bbox, coords }: StatisticsRequest,
  crs: QueryCrs,
): { readonly window: GridWindow | undefined; readonly levels?: { readonly z?: string } | undefined } {
  if (bbox !== undefined && coords !== undefined) {
    throw new InvalidArgumentError('cells are chosen by bbox or by coords, not by both', {
      parameter: 'coords',
      found: shorten(coords),
      allowed: 'coords without bbox',
    });
  }
  if (bbox !== undefined) {
    const { bounds, z } = parseBbox(bbox);
    return { window: boxWindow(grid, bounds, crs), levels: z };
  }
  if (coords !== undefined) {
    const { polygons, levels } = readPolygons(coords, crs);
    return { window: areaWindow(grid, polygons, crs), levels };
  }
  return { window: { x: wholeAxis(grid.x), y: wholeAxis(grid.y) } };
}

function definedOf({ datetime, z }: StatisticsRequest): Pick<EdrRequest, 'datetime' | 'z'> {
  return { ...(datetime !== undefined && { datetime }), ...(z !== undefined && { z }) };
}
