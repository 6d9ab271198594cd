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
