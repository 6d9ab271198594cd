export { openMosaic } from './geotiff/mosaic-source.js';
export { openSource } from './open-source.js';
export type { OpenSourceOptions, Source, SourceParameter, SourceWindow } from './source.js';
