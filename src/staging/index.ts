export { openStaging, type StagingOptions } from './open-staging.js';
export type { StagedValue, Staging } from './staging.js';
export { removeStaleStaging } from './stale-staging.js';
