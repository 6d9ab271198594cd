export { addWork, type EdrPlan, noWork, type PlannedWork, planWork, workOf } from './answer-plan.js';
export { planArea } from './area.js';
export { type ChosenCells, chooseCells, chooseCustomTile, maskValues } from './choose-cells.js';
export { planCube } from './cube.js';
export { type CollectionDocument, describeCollection, type Link } from './describe-collection.js';
export type { EdrRequest, QueryableLayer, ReadContext } from './edr-request.js';
export { type AskedLocations, filterLocations, planLocations } from './locations.js';
export { planPosition } from './position.js';
export { type Geometry, type Polygon, type Position, parseWkt, type Ring } from './wkt.js';
