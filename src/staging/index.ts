export { openStaging, type StagingOptions } from './open-staging.js';
export { type ReopenedStaging, reopenStaging } from './reopen-staging.js';
export type { StagedValue, Staging, StagingNotes } from './staging.js';
export { removeStaleStaging } from './stale-staging.js';
