import type { Grid } from '../grid/index.js';
import { areaAxes, placeAxes } from './aggregation/aggregation-text.js';
import { aggregationVariables } from './aggregation/aggregation-variables.js';
import type { EdrPlan } from './answer-plan.js';
import { planArea } from './area.js';
import { planCorridor } from './corridor.js';
import { planCube } from './cube.js';
import { distanceUnits } from './distance-text.js';
import type { EdrRequest, QueryableLayer } from './edr-request.js';
import { heightUnits } from './height-text.js';
import { planPosition } from './position.js';
import { planRadius } from './radius.js';
import { planTrajectory } from './trajectory.js';

/** Names of queries, as in addresses. */
export type EdrQueryName = 'position' | 'radius' | 'area' | 'cube' | 'trajectory' | 'corridor';

/** One way of asking a collection for data. */
export interface EdrQuery {
  readonly name: EdrQueryName;
  /** For people, in the description of a collection. */
  readonly description: string;
  /** True when its coverages are grids, false when they are points or tracks. */
  readonly answersGrids: boolean;
  /** What the request means for a layer; no data is read. Throws InvalidArgumentError for whatever of it is wrong. */
  plan(layer: QueryableLayer, request: EdrRequest): EdrPlan;
  /** What its description says besides what all say. */
  variables?(grid: Grid): Readonly<Record<string, unknown>>;
}

/** The queries that collections answer. */
export const edrQueries: readonly EdrQuery[] = [
  {
    name: 'position',
    description:
      'Values of the cells that hold the points of coords (POINT or MULTIPOINT), or between them by method linear',
    answersGrids: false,
    plan: planPosition,
    variables: (grid) => aggregationVariables(grid, placeAxes),
  },
  {
    name: 'radius',
    description: 'Cells whose centre lies within a distance of coords (POINT or MULTIPOINT), null outside',
    answersGrids: true,
    plan: planRadius,
    variables: (grid) => ({ within_units: distanceUnits, ...aggregationVariables(grid, areaAxes) }),
  },
  {
    name: 'area',
    description: 'Cells whose centre lies inside coords (POLYGON or MULTIPOLYGON), null outside',
    answersGrids: true,
    plan: planArea,
    variables: (grid) => aggregationVariables(grid, areaAxes),
  },
  {
    name: 'cube',
    description: 'Cells whose centre lies in bbox, edges included',
    answersGrids: true,
    plan: planCube,
    variables: (grid) => ({
      height_units: grid.z?.unit === undefined ? [] : [grid.z.unit],
      ...aggregationVariables(grid, areaAxes),
    }),
  },
  {
    name: 'trajectory',
    description:
      'Values of the cells that hold the vertices of coords (LINESTRING or MULTILINESTRING), a Section over several levels; Z are levels, M seconds since 1970',
    answersGrids: false,
    plan: planTrajectory,
  },
  {
    name: 'corridor',
    description:
      'Cells within half of corridor-width and corridor-height of coords (LINESTRING or MULTILINESTRING), and those it crosses; null outside',
    answersGrids: true,
    plan: planCorridor,
    variables: (grid) => ({
      width_units: distanceUnits,
      height_units: heightUnits(grid),
      ...aggregationVariables(grid, areaAxes),
    }),
  },
];
