export type { OpenSourceOptions, Source, SourceParameter, SourceWindow } from './source.js';
