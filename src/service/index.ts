export { createService, defaultTileCacheBytes, type ServiceOptions } from './create-service.js';
export { defaultAnswerCacheBytes } from './http/answer-cache.js';
export { defaultMaxCells } from './http/limits.js';
export { defaultMaxConcurrent } from './http/request-limit.js';
export type { Protocol } from './http/server.js';
export { defaultMaxResultJobs, type ResultOptions } from './results/results.js';
export { sumMetrics } from './worker-metrics.js';
