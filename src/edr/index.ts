export type { EdrPlan, PlannedWork } from './answer-plan.js';
export { planArea } from './area.js';
export { planCube } from './cube.js';
export { coverageJsonType, describeCollection } from './describe-collection.js';
export type { EdrRequest, QueryableLayer, ReadContext } from './edr-request.js';
export { planPosition } from './position.js';
export { parseWkt } from './wkt.js';
