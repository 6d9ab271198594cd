import { type EdrQuery, type EdrQueryName, edrQueries } from '../edr/index.js';
import * as table from './parameter-table.js';

/** Parameters that every data query has. */
export const commonParameters = [table.z, table.datetime, table.parameterName, table.crs, table.dataFormat];
const gridCommon = commonParameters.map((spec) => (spec === table.dataFormat ? table.gridFormat : spec));

/** One data query: how it is planned, and its parameters. */
export interface DataQuery extends Pick<EdrQuery, 'plan'> {
  readonly name: string;
  /** For people, where it is not the name. */
  readonly title?: string;
  readonly parameters: readonly table.ParameterSpec[];
  /** The name in its address, where its values can be asked for in tiles. */
  readonly tiledAt?: string;
}

/** Queries whose answers are grids. */
const gridQueries: readonly EdrQueryName[] = ['radius', 'area', 'cube', 'corridor'];

/** How each query is asked. */
const parametersOf: Readonly<Record<EdrQueryName, readonly table.ParameterSpec[]>> = {
  position: [table.pointCoords, table.method, table.aggregation, ...commonParameters, table.limit],
  radius: [table.pointCoords, table.within, table.withinUnits, table.aggregation, ...gridCommon, table.limit],
  area: [table.areaCoords, table.aggregation, ...gridCommon, table.limit, ...table.resolutions.slice(0, 2)],
  cube: [table.bbox, table.aggregation, ...gridCommon, ...table.resolutions],
  trajectory: [table.lineCoords, ...commonParameters],
  corridor: [table.lineCoords, ...table.corridor, table.aggregation, ...gridCommon, ...table.resolutions],
};

/** Every data query, by the name in its address. */
export const dataQueries: readonly DataQuery[] = edrQueries.map(({ name, plan }) => ({
  name,
  plan,
  parameters: parametersOf[name],
  ...(gridQueries.includes(name) && { tiledAt: name }),
}));

/** Parameters of any data query. */
export const queryParameters: readonly table.ParameterSpec[] = dataQueries.flatMap(
  ({ parameters }) => parameters,
);
