export { createService, type ServiceOptions } from './create-service.js';
export { defaultMaxCells } from './http/limits.js';
