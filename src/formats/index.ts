export type {
  Coverage,
  CoverageAnswer,
  CoverageParameter,
  CoverageRange,
  Domain,
  DomainAxis,
  DomainType,
  ValueBlocks,
} from './coverage.js';
export { encodeCoverageJson } from './coverage-json.js';
export { parameterObject, unitObject } from './coverage-json-domain.js';
export { ucumCode } from './ucum.js';
