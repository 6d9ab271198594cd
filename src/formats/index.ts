export type {
  Coverage,
  CoverageAnswer,
  CoverageParameter,
  CoverageRange,
  Domain,
  DomainAxis,
  DomainPolygon,
  DomainType,
  ValueBlocks,
} from './coverage.js';
export type { CoverageFormat, EncodeOptions, FeaturePage } from './coverage-format.js';
export { coverageFormats, sampleFormats } from './coverage-formats.js';
export { coverageJson, encodeCoverageJson } from './coverage-json.js';
export { parameterObject, unitObject } from './coverage-json-domain.js';
export { describeParameter } from './describe-parameter.js';
export { type CoverageLengths, countFeatures, isOneFeature } from './feature-count.js';
export { geoJson } from './geojson.js';
export { showAnswer } from './html/show-answer.js';
export { ndArray } from './nd-array.js';
export { rangeTileShape } from './range-tile-shape.js';
export { tiledNdArray } from './tiled-nd-array.js';
export { domainTimeAndLevel, timeTexts, verticalOf } from './time-and-level.js';
export { ucumCode } from './ucum.js';
