export type { StagedValue, Staging } from './staging.js';
