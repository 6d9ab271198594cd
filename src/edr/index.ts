export {
  type AnswerPlan,
  addWork,
  type EdrPlan,
  noWork,
  type PlannedWork,
  planWork,
  type RangeTile,
  workOf,
} from './answer-plan.js';
export { planArea } from './area.js';
export { type ChosenCells, chooseCells, chooseCustomTile, maskValues } from './choose-cells.js';
export type { CollectionDocument, Link } from './collection-document.js';
export { planCorridor } from './corridor.js';
export { planCube } from './cube.js';
export { describeCollection } from './describe-collection.js';
export { distanceUnits } from './distance-text.js';
export type { EdrRequest, QueryableLayer, ReadContext } from './edr-request.js';
export { type ItemFilter, type ItemPage, listItems, planItem, requireItem } from './items.js';
export { type AskedLocations, filterLocations, planLocations } from './locations.js';
export { newestSlice } from './newest-slice.js';
export { planPosition } from './position.js';
export { type EdrQuery, type EdrQueryName, edrQueries } from './queries.js';
export { tokensText } from './query-crs.js';
export { planRadius } from './radius.js';
export { maxResolution } from './resolution.js';
export type { Statistics } from './statistics/compute-statistics.js';
export { planStatistics, type StatisticsPlan, type StatisticsRequest } from './statistics/plan-statistics.js';
export {
  defaultBins,
  defaultPercentiles,
  maxBins,
  maxPercentiles,
  statisticsFields,
} from './statistics/statistics-text.js';
export { planTrajectory } from './trajectory.js';
export { type Geometry, type Polygon, type Position, parseWkt, type Ring } from './wkt.js';
