import { type EdrQuery, type EdrQueryName, edrQueries } from '../edr/index.js';
import * as table from './parameter-table.js';

/** Parameters that every data query has. */
export const commonParameters = [table.z, table.datetime, table.parameterName, table.crs, table.dataFormat];
const sampleCommon = commonParameters.map((spec) => (spec === table.dataFormat ? table.sampleFormat : spec));
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

/** How each query is asked. */
const parametersOf: Readonly<Record<EdrQueryName, readonly table.ParameterSpec[]>> = {
  position: [table.pointCoords, table.method, table.aggregation, ...sampleCommon, ...table.dataPage],
  radius: [
    table.pointCoords,
    table.within,
    table.withinUnits,
    table.aggregation,
    ...gridCommon,
    ...table.dataPage,
    ...table.resolutions,
  ],
  area: [table.areaCoords, table.aggregation, ...gridCommon, ...table.dataPage, ...table.resolutions],
  cube: [table.bbox, table.aggregation, ...gridCommon, ...table.resolutions],
  trajectory: [table.lineCoords, ...sampleCommon],
  corridor: [table.lineCoords, ...table.corridor, table.aggregation, ...gridCommon, ...table.resolutions],
};

/** Every data query, by the name in its address. */
export const dataQueries: readonly DataQuery[] = edrQueries.map(({ name, plan, answersGrids }) => ({
  name,
  plan,
  parameters: parametersOf[name],
  ...(answersGrids && { tiledAt: name }),
}));

/** Parameters of any data query. */
export const queryParameters: readonly table.ParameterSpec[] = dataQueries.flatMap(
  ({ parameters }) => parameters,
);
